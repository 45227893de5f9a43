"""The only place the replica learns the time from."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    def now_ns(self) -> int:
        """Nanoseconds since 1970; never less than before."""
        ...

    def advance(self, *, seconds: float) -> None:
        """Move it forward, for good."""
        ...


class WallClock:
    """The machine's time, held back from ever going backwards, plus what a test or a person advanced it by."""

    def __init__(self) -> None:
        self._latest_ns = 0
        self._offset_ns = 0

    def now_ns(self) -> int:
        self._latest_ns = max(self._latest_ns, time.time_ns() + self._offset_ns)
        return self._latest_ns

    def advance(self, *, seconds: float) -> None:
        self._offset_ns += int(seconds * 1_000_000_000)

    def ahead_ns(self) -> int:
        """How far this clock is ahead of the machine's."""
        return max(0, self.now_ns() - time.time_ns())

    def catch_up(self, time_ns: int) -> None:
        """Go on from `time_ns` if that is later: what was certified yesterday must not lie in the future today."""
        self._offset_ns += max(0, time_ns - self.now_ns())


class VirtualClock:
    """A clock that moves only when told; for tests and simulation."""

    def __init__(self, start_ns: int = 1_750_000_000_000_000_000) -> None:
        self._now_ns = start_ns

    def now_ns(self) -> int:
        return self._now_ns

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self._now_ns += int((seconds + 60 * minutes + 3600 * hours + 86_400 * days) * 1_000_000_000)
