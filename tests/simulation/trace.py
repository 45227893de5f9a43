"""What happened, in the order in which it happened; the end of it is printed when an invariant is broken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

from replica.clock import VirtualClock
from replica.reject import Reject

_LINES_SHOWN: Final = 40


class Trace:
    def __init__(self, clock: VirtualClock, echo: Callable[[str], None] | None = None) -> None:
        """`echo` is told each line as it happens."""
        self._echo = echo
        self._clock = clock
        self._start_ns = clock.now_ns()
        self._lines: deque[str] = deque(maxlen=_LINES_SHOWN)
        self.step = 0

    def note(self, who: str, what: str) -> None:
        seconds = (self._clock.now_ns() - self._start_ns) / 1e9
        line = f"step {self.step:4}  +{seconds:9.3f} s  {who}: {what}"
        self._lines.append(line)
        if self._echo is not None:
            self._echo(line)

    def __str__(self) -> str:
        return "\n".join(self._lines)


def told(answer: object) -> str:
    """An answer in a few words."""
    if isinstance(answer, Reject):
        return f"rejected ({answer.code.name}) {answer.message[:90]}"
    if isinstance(answer, dict):
        return next(iter(answer), "nothing")
    return type(answer).__name__.lower()
