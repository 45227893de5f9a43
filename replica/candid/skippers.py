"""Passing over values that nobody expects: fields, arguments and whatever does not fit under an `opt`.

Skipped values are checked as far as their bytes can be wrong, so that a message is well-formed whoever reads it.
"""

from __future__ import annotations

from collections.abc import Sequence

from replica.candid.compiled import Call, Compiled, CompiledParts
from replica.candid.extents import Extents
from replica.candid.leb128 import read_size, read_unsigned, shown, skip
from replica.candid.limits import Budget, charge
from replica.candid.types import (
    CandidError,
    Func,
    Future,
    Opt,
    Prim,
    Record,
    Resolved,
    Service,
    Type,
    Variant,
    Vec,
    resolve,
)


class Skippers:
    """The skippers of the wire types of one message: from the position of a value to that after it."""

    def __init__(self, extents: Extents) -> None:
        self._extents = extents
        self._parts = CompiledParts()

    def skipper(self, candid_type: Type) -> Compiled:
        size = self._extents.of(candid_type).exactly
        if size is not None:
            return Compiled(_fixed_size_skipper(size))
        resolved = resolve(candid_type)
        if isinstance(resolved, Prim):
            return Compiled(_PRIMITIVES[resolved.name])
        return self._parts.get(id(resolved), lambda: self._composite(resolved))

    def _composite(self, candid_type: Resolved) -> Compiled:
        match candid_type:
            case Opt(inner):
                return _opt_skipper(self.skipper(inner))
            case Vec(inner):
                return self._vec(inner)
            case Record(fields):
                return _record_skipper([self.skipper(item.type) for item in fields])
            case Variant(fields):
                return _variant_skipper([self.skipper(item.type) for item in fields])
            case Func():
                return Compiled(_skip_function)
            case Service():
                return Compiled(skip_principal)
            case Future() | Prim():
                return Compiled(_skip_future)

    def _vec(self, inner: Type) -> Compiled:
        extent = self._extents.of(inner)
        if extent.exactly is not None:
            return _array_skipper(extent.exactly)
        return _vec_skipper(self.skipper(inner), extent.at_least)


def read_count(data: bytes, at: int, budget: Budget, bytes_each: int) -> tuple[int, int]:
    """The number of elements of a vec. More than can follow is refused before anyone makes room for them."""
    count, at = read_unsigned(data, at)
    if bytes_each == 0:
        charge(budget, count)
    elif count * bytes_each > len(data) - at:
        raise CandidError(f"the message ends too early: {shown(count)} elements announced, {len(data) - at} bytes left")
    return count, at


def read_tag(data: bytes, at: int, tags: Sequence[object]) -> tuple[int, int]:
    """The number of a variant's tag among those of its type."""
    index, at = read_unsigned(data, at)
    if index >= len(tags):
        raise CandidError(f"tag {shown(index)} of a variant that has {len(tags)}")
    return index, at


def _fixed_size_skipper(size: int) -> Call:
    def skip_fixed_size(data: bytes, at: int, budget: Budget) -> int:
        return at + size

    return skip_fixed_size


# -- Primitive types -------------------------------------------------------------------------------------------------


def _skip_bool(data: bytes, at: int, budget: Budget) -> int:
    if data[at] > 1:
        raise CandidError(f"{data[at]} is not a bool")
    return at + 1


def _skip_number(data: bytes, at: int, budget: Budget) -> int:
    return skip(data, at)


def _skip_text(data: bytes, at: int, budget: Budget) -> int:
    size, at = read_size(data, at)
    data[at : at + size].decode()
    return at + size


def _skip_empty(data: bytes, at: int, budget: Budget) -> int:
    raise CandidError("a value of type empty, which has none")


def skip_principal(data: bytes, at: int, budget: Budget) -> int:
    if data[at] != 1:
        raise CandidError("an opaque reference")
    size, at = read_size(data, at + 1)
    if size > 29:
        raise CandidError(f"a principal of {shown(size)} bytes")
    return at + size


_PRIMITIVES = {
    "bool": _skip_bool,
    "nat": _skip_number,
    "int": _skip_number,
    "text": _skip_text,
    "empty": _skip_empty,
    "principal": skip_principal,
}


# -- Composite types -------------------------------------------------------------------------------------------------


def _skip_function(data: bytes, at: int, budget: Budget) -> int:
    if data[at] != 1:
        raise CandidError("an opaque reference")
    return _skip_text(data, skip_principal(data, at + 1, budget), budget)


def _skip_future(data: bytes, at: int, budget: Budget) -> int:
    size, at = read_unsigned(data, at)
    _references, at = read_unsigned(data, at)
    if size > len(data) - at:
        raise CandidError("the message ends too early")
    return at + size


def _opt_skipper(inner: Compiled) -> Compiled:
    skip_inner = inner.call

    def skip_opt(data: bytes, at: int, budget: Budget) -> int:
        _skip_bool(data, at, budget)
        end: int = skip_inner(data, at + 1, budget) if data[at] else at + 1
        return end

    return Compiled(skip_opt, [inner])


def _array_skipper(bytes_each: int) -> Compiled:
    def skip_array(data: bytes, at: int, budget: Budget) -> int:
        count, at = read_count(data, at, budget, bytes_each)
        return at + count * bytes_each

    return Compiled(skip_array)


def _vec_skipper(inner: Compiled, bytes_each: int) -> Compiled:
    skip_inner = inner.call

    def skip_vec(data: bytes, at: int, budget: Budget) -> int:
        count, at = read_count(data, at, budget, bytes_each)
        for _ in range(count):
            at = skip_inner(data, at, budget)
        return at

    return Compiled(skip_vec, [inner])


def _record_skipper(fields: list[Compiled]) -> Compiled:
    calls = [field.call for field in fields]

    def skip_record(data: bytes, at: int, budget: Budget) -> int:
        for skip_field in calls:
            at = skip_field(data, at, budget)
        return at

    return Compiled(skip_record, fields)


def _variant_skipper(tags: list[Compiled]) -> Compiled:
    calls = [tag.call for tag in tags]

    def skip_variant(data: bytes, at: int, budget: Budget) -> int:
        index, at = read_tag(data, at, calls)
        end: int = calls[index](data, at, budget)
        return end

    return Compiled(skip_variant, tags)
