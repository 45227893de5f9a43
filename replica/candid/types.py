"""Candid types as plain, immutable data.

Fields keep the order in which they were declared, because people and Python values do; the wire sorts them by id.
A `Named` type is looked up in the definitions it was written among, which is what makes recursion possible; every
other type is a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final


class CandidError(ValueError):
    """Text, bytes or values that are not the Candid they should be."""


@dataclass(frozen=True, slots=True)
class Prim:
    """A primitive type, `principal` included."""

    name: str


@dataclass(frozen=True, slots=True)
class Opt:
    inner: Type


@dataclass(frozen=True, slots=True)
class Vec:
    inner: Type


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record or a tag of a variant. `name` is None when only its id is known, as in tuples."""

    id: int
    name: str | None
    type: Type

    @property
    def key(self) -> str:
        """What stands for the field in a Python dictionary."""
        return f"_{self.id}_" if self.name is None else self.name


@dataclass(frozen=True, slots=True)
class Record:
    fields: tuple[Field, ...]

    @property
    def is_tuple(self) -> bool:
        """Whether values are Python tuples: fields without names, numbered from 0. `record {}` is a dictionary."""
        ids = sorted(item.id for item in self.fields if item.name is None)
        return bool(ids) and ids == list(range(len(self.fields)))


@dataclass(frozen=True, slots=True)
class Variant:
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Func:
    """`modes` holds at most one of `query`, `composite_query` and `oneway`."""

    args: tuple[Type, ...]
    results: tuple[Type, ...]
    modes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    type: Func | Named


@dataclass(frozen=True, slots=True)
class Service:
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class Future:
    """A type of a later version of Candid: its values can be skipped and nothing else."""

    code: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name for a type, to be looked up in `definitions`. Two are equal if their names are."""

    name: str
    definitions: Mapping[str, Type] = field(repr=False, compare=False)

    def resolve(self) -> Resolved:
        """The type behind the name, and behind the names that it may stand for in turn."""
        found: Type = self
        seen: set[str] = set()
        while isinstance(found, Named):
            if found.name in seen:
                raise CandidError(f"type {self.name} is defined only by itself")
            seen.add(found.name)
            if found.name not in found.definitions:
                raise CandidError(f"type {found.name} is not defined")
            found = found.definitions[found.name]
        return found


Resolved = Prim | Opt | Vec | Record | Variant | Func | Service | Future
Type = Resolved | Named

PRIMITIVES: Final = (
    *("null", "bool", "nat", "int"),
    *("nat8", "nat16", "nat32", "nat64", "int8", "int16", "int32", "int64"),
    *("float32", "float64", "text", "reserved", "empty", "principal"),
)
MODES: Final = ("query", "oneway", "composite_query")

BLOB: Final = Vec(Prim("nat8"))


def resolve(candid_type: Type) -> Resolved:
    return candid_type.resolve() if isinstance(candid_type, Named) else candid_type


@lru_cache(maxsize=10_000)
def field_id(name: str) -> int:
    """The number that stands for a field name on the wire. Candid specification, "Shorthand: symbolic field ids"."""
    number = 0
    for byte in name.encode():
        number = (number * 223 + byte) & 0xFFFFFFFF
    return number


def named_fields(fields: Iterable[tuple[str, Type]]) -> tuple[Field, ...]:
    """Fields with these names, in this order; refuses names that meet in one id."""
    return checked_fields(Field(field_id(name), name, candid_type) for name, candid_type in fields)


def tuple_of(*types: Type) -> Record:
    return Record(tuple(Field(index, None, candid_type) for index, candid_type in enumerate(types)))


def checked_fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    by_id: dict[int, Field] = {}
    for item in fields:
        if item.id in by_id:
            raise CandidError(f"fields {by_id[item.id].key} and {item.key} have the same id {item.id}")
        by_id[item.id] = item
    return tuple(by_id.values())


def has_default(candid_type: Type) -> bool:
    """Whether a missing field or argument of this type reads as null."""
    resolved = resolve(candid_type)
    return isinstance(resolved, Opt) or resolved in (Prim("null"), Prim("reserved"))
