"""Requests to stop a canister, waiting until its open call contexts are answered. Interface spec, "stop_canister"."""

from __future__ import annotations

from collections.abc import Iterator

from replica.routing.messages import Origin
from replica.state.canister import Canister


class PendingStops:
    """In memory only: after a restart nothing is open, so canisters that were stopping are stopped."""

    def __init__(self) -> None:
        self._waiting: dict[Canister, list[tuple[Origin, int]]] = {}

    def add(self, canister: Canister, origin: Origin, deadline_ns: int) -> None:
        self._waiting.setdefault(canister, []).append((origin, deadline_ns))

    def take(self, canister: Canister) -> list[Origin]:
        """All who wait for this canister to stop."""
        return [origin for origin, _ in self._waiting.pop(canister, [])]

    def take_overdue(self, now_ns: int) -> Iterator[Origin]:
        for canister, waiting in list(self._waiting.items()):
            overdue = [origin for origin, deadline_ns in waiting if deadline_ns <= now_ns]
            left = [each for each in waiting if each[1] > now_ns]
            if left:
                self._waiting[canister] = left
            else:
                del self._waiting[canister]
            yield from overdue

    def next_deadline_ns(self) -> int | None:
        deadlines = [deadline_ns for waiting in self._waiting.values() for _, deadline_ns in waiting]
        return min(deadlines, default=None)
