"""The whole replica as a test sees it: canisters, rounds and time. Nothing happens by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from replica.principal import Principal
from replica.testing.canister import Canister, Module, named
from replica.testing.local import LocalReplica, person

CONTROLLER: Final = person("controller")
"""For whom a test acts until it says otherwise."""


@dataclass(frozen=True)
class LocalNetwork:
    """`as_` makes one that acts for somebody else; the replica behind it stays the same."""

    local: LocalReplica
    sender: Principal = CONTROLLER

    def as_(self, who: str | Principal) -> LocalNetwork:
        """The same network for somebody else: a principal, or anybody by name."""
        return replace(self, sender=named(who))

    def person(self, name: str) -> Principal:
        """The principal of the person with this name."""
        return person(name)

    def create_canister(
        self, *, cycles: int | None = None, specified_id: Principal | None = None, **settings: object
    ) -> Canister:
        """An empty canister that this network's person controls, with cycles out of nothing (100 T if not said).

        `settings` are those of the management canister, such as `freezing_threshold` or `log_visibility`.
        """
        canister_id = self.local.create_canister(
            controller=self.sender, cycles=cycles, specified_id=specified_id, settings=settings or None
        )
        return Canister(self.local, canister_id, self.sender)

    def canister(self, module: Module, *init: Any, cycles: int | None = None) -> Canister:
        """A new canister that runs `module`: the entry file of a Kybra project, or a module made before."""
        return self.create_canister(cycles=cycles).install(module, *init)

    def canister_with_id(self, canister_id: Principal) -> Canister:
        """A handle for a canister that exists already, made by another canister for example."""
        return Canister(self.local, canister_id, self.sender)

    # -- Rounds and time ---------------------------------------------------------------------------------------------

    def tick(self, rounds: int = 1) -> None:
        """Run rounds: what was submitted, timers that are due, heartbeats."""
        self.local.tick(rounds)

    def run_until_idle(self) -> None:
        """Run rounds while there is work now; what waits for a later time stays."""
        self.local.run_until_idle()

    def advance_time(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move the clock. What is due then happens in the next round."""
        self.local.clock.advance(seconds=seconds, minutes=minutes, hours=hours, days=days)

    @property
    def now_ns(self) -> int:
        """Nanoseconds since 1970, by the virtual clock."""
        return self.local.clock.now_ns()

    def restart(self) -> None:
        """Stop and open again, as after a crash: only what was committed is still there."""
        self.local.restart()
