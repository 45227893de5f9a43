"""Armed timers, ordered by the time they are due.

A timer names a function of its canister's module, so it survives a restart. Timers of a canister that is not running
are parked when they come due, and due at once when it runs again.

    timers        due time, canister number, timer id -> canister id, interval, function
    timer_index   canister number, timer id           -> due time
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import msgpack

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.store import Store

_PARKED: Final = 2**64 - 1


@dataclass(frozen=True, slots=True)
class ArmedTimer:
    canister_id: Principal
    timer_id: int
    due_ns: int
    interval_seconds: int | None
    function: str


class TimerTable:
    def __init__(self, store: Store) -> None:
        self._timers = store.tables["timers"]
        self._index = store.tables["timer_index"]

    def arm(self, canister: Canister, due_ns: int, function: str, interval_seconds: int | None) -> int:
        """Arm a new timer and return its id. The caller has touched the canister."""
        timer_id = canister.next_timer_id
        canister.next_timer_id += 1
        self._put(canister, ArmedTimer(canister.id, timer_id, due_ns, interval_seconds, function))
        return timer_id

    def rearm(self, canister: Canister, timer: ArmedTimer, due_ns: int) -> None:
        """Arm a timer that was taken out again, under its old id."""
        self._put(canister, replace(timer, due_ns=due_ns))

    def park(self, canister: Canister, timer: ArmedTimer) -> None:
        self.rearm(canister, timer, _PARKED)

    def clear(self, canister: Canister, timer_id: int) -> None:
        """Disarm; an id that is not armed is ignored."""
        suffix = canister.prefix + timer_id.to_bytes(4, "big")
        due = self._index.get(suffix)
        if due is not None:
            self._index.delete(suffix)
            self._timers.delete(due + suffix)

    def take(self, canister: Canister, timer: ArmedTimer) -> bool:
        """Remove a due timer; False if it was cleared or armed anew since it was listed."""
        suffix = canister.prefix + timer.timer_id.to_bytes(4, "big")
        if self._index.get(suffix) != timer.due_ns.to_bytes(8, "big"):
            return False
        self.clear(canister, timer.timer_id)
        return True

    def clear_all(self, canister: Canister) -> None:
        for suffix in list(self._index.keys(canister.prefix)):
            self.clear(canister, int.from_bytes(suffix[4:], "big"))

    def unpark(self, canister: Canister, now_ns: int) -> None:
        for suffix, due in list(self._index.items(canister.prefix)):
            if int.from_bytes(due, "big") == _PARKED:
                timer = self._decode(due + suffix, self._timers.get(due + suffix) or b"")
                self.clear(canister, timer.timer_id)
                self.rearm(canister, timer, now_ns)

    def due(self, now_ns: int, count_max: int) -> list[ArmedTimer]:
        """Timers due at `now_ns`, the earliest first."""
        due: list[ArmedTimer] = []
        for key, value in self._timers.items():
            if int.from_bytes(key[:8], "big") > now_ns or len(due) == count_max:
                break
            due.append(self._decode(key, value))
        return due

    def next_due_ns(self) -> int | None:
        first = self._timers.first()
        due_ns = _PARKED if first is None else int.from_bytes(first[0][:8], "big")
        return None if due_ns == _PARKED else due_ns

    def _put(self, canister: Canister, timer: ArmedTimer) -> None:
        suffix = canister.prefix + timer.timer_id.to_bytes(4, "big")
        due = timer.due_ns.to_bytes(8, "big")
        self._timers.put(due + suffix, msgpack.packb([timer.canister_id, timer.interval_seconds, timer.function]))
        self._index.put(suffix, due)

    @staticmethod
    def _decode(key: bytes, value: bytes) -> ArmedTimer:
        canister_id, interval_seconds, function = msgpack.unpackb(value)
        due_ns, timer_id = int.from_bytes(key[:8], "big"), int.from_bytes(key[12:], "big")
        return ArmedTimer(Principal(canister_id), timer_id, due_ns, interval_seconds, function)
