"""The real engine, with code that traps or dies when the simulation says so.

A planted trap comes at one of the execution's writes or at its very end, when everything it did could be left behind.
What it must leave behind is nothing (I7): the canister's maps, timers and record are compared with what they were, as
soon as the next message begins. First segments of timers are spared, because a timer that traps is gone, on the
Internet Computer too; and so are queries, whose writes never count.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from replica.execution.kybra_engine import KybraEngine
from replica.execution.system_api import Call, Context, Entry, Init, Module, PostUpgrade, Resume
from replica.reject import Trap
from tests.simulation.faults import Crash, Faults

_WRITES_MAX = 8
_KINDS = (Context.UPDATE, Context.REPLY, Context.REJECT, Context.TIMER, Context.INIT, Context.POST_UPGRADE)

Fingerprint = Callable[[bytes], object]


class PlantedTrap(Trap):
    def __init__(self) -> None:
        super().__init__("planted by the simulator", "IC0503")


class FaultyEngine:
    """Implements `Engine` for one run. `fingerprint` describes a canister's state; the machine sets it."""

    def __init__(self, chance: Random, faults: Faults) -> None:
        self._engine = KybraEngine()
        self._chance = chance
        self._faults = faults
        self._to_compare: tuple[bytes, object] | None = None
        self.is_calm = False
        self.crash_in: int | None = None
        """Die in the middle of the execution after so many more; None: not."""
        self.fingerprint: Fingerprint
        self.trapped = 0

    def load(self, module_bytes: bytes) -> FaultyModule:
        return FaultyModule(self._engine.load(module_bytes), self)

    def run(self, module: Module, entry: Entry, api: Any) -> None:
        if api.context not in _KINDS:
            return module.run(entry, api)
        if self._dies():
            module.run(entry, api)
            raise Crash("in the middle of a message")
        if not self._traps(entry, api):
            return module.run(entry, api)
        self.trapped += 1
        if not isinstance(entry, (Init, PostUpgrade)):  # those are part of an installation, which is undone as a whole
            self._to_compare = api.canister_id, self.fingerprint(api.canister_id)
        api.state = _TrappingState(api.state, self._chance.randrange(_WRITES_MAX))
        module.run(entry, api)
        raise PlantedTrap

    def compare(self) -> None:
        """After a trap: is everything as it was? Raises `AssertionError`."""
        if self._to_compare is not None:
            canister_id, before = self._to_compare
            self._to_compare = None
            assert self.fingerprint(canister_id) == before, f"I7: a trap of {canister_id.hex()} left something behind"

    def forget(self) -> None:
        """The process died: there is nothing to compare any more."""
        self._to_compare = None
        self.crash_in = None

    def _dies(self) -> bool:
        if self.crash_in is None:
            return False
        self.crash_in -= 1
        return self.crash_in < 0

    def _traps(self, entry: Entry, api: Any) -> bool:
        if self.is_calm or not isinstance(entry, (Call, Resume, Init, PostUpgrade)):
            return False
        return self._chance.random() < self._faults.trap


class FaultyModule:
    """Implements `Module`: all of it is the real one's but `run`."""

    def __init__(self, module: Module, engine: FaultyEngine) -> None:
        self._module = module
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def run(self, entry: Entry, api: Any) -> None:
        self._engine.run(self._module, entry, api)


class _TrappingState:
    """The stable memory of one execution, which traps at a certain write."""

    def __init__(self, state: Any, writes: int) -> None:
        self._state = state
        self._writes_left = writes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._state, name)

    def map_put(self, memory_id: int, key: bytes, value: bytes) -> bytes | None:
        previous = self._state.map_put(memory_id, key, value)
        self._count()
        return previous

    def map_delete(self, memory_id: int, key: bytes) -> bytes | None:
        previous = self._state.map_delete(memory_id, key)
        self._count()
        return previous

    def _count(self) -> None:
        self._writes_left -= 1
        if self._writes_left < 0:
            raise PlantedTrap
