"""How many bytes the values of a wire type take, as far as the type alone says."""

from __future__ import annotations

from typing import Final, NamedTuple

from replica.candid.limits import HEIGHT_MAX
from replica.candid.types import CandidError, Func, Future, Prim, Record, Resolved, Service, Type, resolve
from replica.candid.writers import FIXED_SIZE


class Extent(NamedTuple):
    at_least: int
    exactly: int | None
    """Set if any bytes of that number can be skipped unseen."""


_SOMETHING: Final = Extent(0, None)

_PRIMITIVES: Final = {
    "null": Extent(0, 0),
    "reserved": Extent(0, 0),
    "empty": _SOMETHING,
    "bool": Extent(1, None),
    "nat": Extent(1, None),
    "int": Extent(1, None),
    "text": Extent(1, None),
    "principal": Extent(2, None),
} | {name: Extent(packing.size, packing.size) for name, packing in FIXED_SIZE.items()}


class Extents:
    """Extents of the types of one message, each computed once.

    A record that contains itself directly has no values; whoever reads one finds out.
    """

    def __init__(self) -> None:
        self._known: dict[int, Extent] = {}

    def of(self, candid_type: Type, depth: int = 0) -> Extent:
        resolved = resolve(candid_type)
        if id(resolved) not in self._known:
            if depth > HEIGHT_MAX:
                raise CandidError("the types of the message are nested too deeply")
            self._known[id(resolved)] = _SOMETHING
            self._known[id(resolved)] = self._extent(resolved, depth + 1)
        return self._known[id(resolved)]

    def _extent(self, candid_type: Resolved, depth: int) -> Extent:
        match candid_type:
            case Prim(name):
                return _PRIMITIVES[name]
            case Record(fields):
                return _sum([self.of(item.type, depth) for item in fields])
            case Service() | Func() | Future():
                return Extent(2, None)
            case _:
                return Extent(1, None)


def _sum(extents: list[Extent]) -> Extent:
    exact = [extent.exactly for extent in extents if extent.exactly is not None]
    return Extent(sum(extent.at_least for extent in extents), sum(exact) if len(exact) == len(extents) else None)
