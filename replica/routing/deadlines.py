"""Calls that wait for their answer until a deadline only, the earliest first. In memory, like all calls in flight."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from replica.routing.messages import CanisterCall


class Deadlines:
    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, CanisterCall]] = []
        self._count = 0  # decides between equal deadlines: first come, first out

    def add(self, call: CanisterCall) -> None:
        self._count += 1
        heappush(self._waiting, (call.deadline_ns, self._count, call))

    def take_overdue(self, now_ns: int) -> Iterator[CanisterCall]:
        """Calls whose deadline has passed and that nothing has answered."""
        while (first := self._first()) is not None and first.deadline_ns <= now_ns:
            heappop(self._waiting)
            yield first

    def next_ns(self) -> int | None:
        first = self._first()
        return None if first is None else first.deadline_ns

    def _first(self) -> CanisterCall | None:
        while self._waiting and self._waiting[0][2].is_answered:
            heappop(self._waiting)
        return self._waiting[0][2] if self._waiting else None
