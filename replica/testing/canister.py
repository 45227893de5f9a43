"""One canister as a test sees it: methods by name, Python values in and out, as whoever the test acts for.

Values are those of `replica.candid.codec`: a record is a dict, a variant a dict with one entry, an option the value or
None, a blob bytes, a principal a `Principal`. Which types they are encoded at is what the canister itself publishes as
its interface, so a test needs no `.did` file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from replica.bundles import bundle_project
from replica.candid.did import Interface, parse_did
from replica.candid.types import CandidError
from replica.certification.hash_tree import lookup_value
from replica.principal import Principal
from replica.testing.local import NO_VALUES, LocalReplica, person

Module = str | Path | bytes
"""A module, or the entry file of the project to make one from."""


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A call that was handed in; `result` runs rounds until it is answered."""

    canister: Canister
    method: str
    request_id: bytes

    def result(self) -> Any:
        """What the method returned. Raises `Reject` if it refused or trapped."""
        local = self.canister.local
        local.finish(self.request_id)
        return self.canister.decoded(self.method, local.reply(self.request_id))


@dataclass(frozen=True)
class Canister:
    """Handles with the same id are the same canister; `as_` makes one that acts for somebody else."""

    local: LocalReplica = field(repr=False)
    id: Principal
    sender: Principal

    def as_(self, who: str | Principal) -> Canister:
        """This canister, called by somebody else: a principal, or anybody by name."""
        return replace(self, sender=named(who))

    # -- Calls -------------------------------------------------------------------------------------------------------

    def call(self, method: str, *values: Any) -> Any:
        """Query or update, whichever the method is declared as. Raises `Reject`."""
        modes = self.interface().method(method).modes
        is_query = "query" in modes or "composite_query" in modes
        return self.query(method, *values) if is_query else self.update(method, *values)

    def update(self, method: str, *values: Any) -> Any:
        """Run the method in a round; its result, or None if it has none. Raises `Reject`."""
        return self.submit(method, *values).result()

    def query(self, method: str, *values: Any) -> Any:
        """Ask; whatever the method changes is dropped. Raises `Reject`."""
        arg = self.interface().encode_args(method, *values)
        return self.decoded(method, self.local.query(self.id, method, arg, sender=self.sender))

    def submit(self, method: str, *values: Any) -> PendingCall:
        """Hand a call in without running it, to have several in one round. Raises `Reject` if it is refused at once."""
        arg = self.interface().encode_args(method, *values)
        return PendingCall(self, method, self.local.submit(self.id, method, arg, sender=self.sender))

    def interface(self) -> Interface:
        """What the canister publishes about itself."""
        path = (b"canister", bytes(self.id), b"metadata", b"candid:service")
        text = lookup_value(self.local.read_state([path], effective_canister_id=self.id), path)
        if text is None:
            raise CandidError(f"the canister {self.id} has no code, or code that publishes no interface")
        return parse_did(text.decode())

    def decoded(self, method: str, reply: bytes) -> Any:
        results = self.interface().decode_results(method, reply)
        return results[0] if len(results) == 1 else results or None

    # -- Code --------------------------------------------------------------------------------------------------------

    def install(self, module: Module, *init: Any) -> Canister:
        """Run `module`, with the arguments of its `init`. Answers the canister itself."""
        return self._install("install", module, init)

    def reinstall(self, module: Module, *init: Any) -> Canister:
        """The same in place of what ran before, whose stable memory is gone."""
        return self._install("reinstall", module, init)

    def upgrade(self, module: Module, *post_upgrade: Any) -> Canister:
        """The same with the stable memory kept. Arguments of `post_upgrade` are encoded at the types of `init`."""
        return self._install("upgrade", module, post_upgrade)

    def _install(self, mode: str, module: Module, values: tuple[Any, ...]) -> Canister:
        code = module if isinstance(module, bytes) else bundle_project(Path(module))
        arg = NO_VALUES
        if values or mode != "upgrade":
            arg = parse_did(self.local.engine.load(code).candid).encode_init(*values)
        self.local.install(self.id, code, arg, mode=mode, controller=self.sender)
        return self

    # -- Managing ----------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        self._manage("stop_canister")

    def start(self) -> None:
        self._manage("start_canister")

    def delete(self) -> None:
        """Only a stopped canister can be deleted."""
        self._manage("delete_canister")

    def status(self) -> dict[str, Any]:
        """What `canister_status` of the management canister answers."""
        return self.local.canister_status(self.id, sender=self.sender)

    @property
    def cycles(self) -> int:
        balance: int = self.status()["cycles"]
        return balance

    def add_cycles(self, amount: int) -> None:
        """Out of nothing, as test networks allow."""
        self._manage("provisional_top_up_canister", amount=amount)

    def logs(self) -> list[str]:
        """What the canister printed, oldest first."""
        return self.local.logs(self.id, sender=self.sender)

    def _manage(self, method: str, **fields: object) -> None:
        self.local.manage(method, {"canister_id": self.id, **fields}, sender=self.sender, target=self.id)


def named(who: str | Principal) -> Principal:
    return person(who) if isinstance(who, str) else who
