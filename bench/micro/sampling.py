"""Two ways to see where a computation spends itself, both by part (`bench.micro.parts`).

`Samples` looks at the stack at equal intervals: cheap enough not to change what it sees, and C counts for the function
that called it. `Calls` counts every call of a function: far too slow to time anything, but the same in every run on
every machine, so that a change of a percent shows.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from types import CodeType, FrameType
from typing import Any, Final, Self

from bench.micro.parts import part_of

_INTERVAL_SECONDS: Final = 0.0005


class Samples:
    """Within `with`, what this thread is doing, some 2,000 times a second. `functions` are by innermost function."""

    def __init__(self) -> None:
        self.parts: Counter[str] = Counter()
        self.functions: Counter[tuple[str, CodeType]] = Counter()

    def __enter__(self) -> Self:
        signal.signal(signal.SIGALRM, self._look)
        # A commit that a signal interrupts is to go on by itself.
        signal.siginterrupt(signal.SIGALRM, False)
        signal.setitimer(signal.ITIMER_REAL, _INTERVAL_SECONDS, _INTERVAL_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        if frame is not None:
            part = part_of(frame)
            self.parts[part] += 1
            self.functions[part, frame.f_code] += 1

    @property
    def count(self) -> int:
        return self.parts.total()


class Calls:
    """Within `with`, every call of a Python or C function."""

    def __init__(self) -> None:
        self.parts: Counter[str] = Counter()

    def __enter__(self) -> Self:
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _note(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" or event == "c_call":
            self.parts[part_of(frame)] += 1
