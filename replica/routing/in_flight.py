"""How many calls each canister has under way to each other one, and all together.

Interface spec, "Inter-canister calls": a full queue refuses at once. Memory of this process holds every call until it
is answered, so there is a limit for all of them too.
"""

from __future__ import annotations

from typing import Final

CALLS_PER_PAIR_MAX: Final = 500


class InFlight:
    __slots__ = ("_counts", "_total", "_total_max")

    def __init__(self, total_max: int) -> None:
        self._counts: dict[tuple[bytes, bytes], int] = {}
        self._total = 0
        self._total_max = total_max

    @property
    def is_full(self) -> bool:
        return self._total >= self._total_max

    def enter(self, sender: bytes, callee: bytes) -> bool:
        count = self._counts.get((sender, callee), 0)
        if count >= CALLS_PER_PAIR_MAX or self._total >= self._total_max:
            return False
        self._counts[sender, callee] = count + 1
        self._total += 1
        return True

    def leave(self, sender: bytes, callee: bytes) -> None:
        self._total -= 1
        count = self._counts[sender, callee] - 1
        if count:
            self._counts[sender, callee] = count
        else:
            del self._counts[sender, callee]
