"""Functions made of functions, along types that may contain themselves.

A part that comes round to itself while it is being made cannot have the finished function yet. It gets one that looks
it up when called, and that counts: this is the only place where a value can nest deeper than its type is high.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from replica.candid.limits import HEIGHT_MAX, NESTING, PAIRS_MAX, Budget, enter
from replica.candid.types import CandidError

Call = Callable[[bytes, int, Budget], Any]
"""A reader or skipper: the message, a position in it and what may still be spent."""


class Compiled:
    """A function, and how many calls deep it goes at most before it comes round."""

    __slots__ = ("call", "height")

    def __init__(self, call: Call, parts: Iterable[Compiled] = ()) -> None:
        self.call = call
        self.height: int = 1 + max((part.height for part in parts), default=0)


class CompiledParts:
    """The functions made so far for one header, by what they are for."""

    def __init__(self) -> None:
        self._finished: dict[Hashable, Compiled] = {}
        self._unfinished: set[Hashable] = set()

    def get(self, key: Hashable, make: Callable[[], Compiled]) -> Compiled:
        if key in self._finished:
            return self._finished[key]
        if key in self._unfinished:
            return Compiled(self._again(key))
        if len(self._unfinished) >= HEIGHT_MAX or len(self._finished) >= PAIRS_MAX:
            raise CandidError("the types of the message are nested too deeply")
        self._unfinished.add(key)
        made = self._finished[key] = make()
        self._unfinished.remove(key)
        if made.height > HEIGHT_MAX:
            raise CandidError("the types of the message are nested too deeply")
        return made

    def _again(self, key: Hashable) -> Call:
        def call_again(data: bytes, at: int, budget: Budget) -> Any:
            part = self._finished[key]
            enter(budget, part.height)
            try:
                return part.call(data, at, budget)
            finally:
                budget[NESTING] += part.height

        return call_again
