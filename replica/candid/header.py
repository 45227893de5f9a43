"""Reading the head of a message: the table of its types and the types of its arguments.

What comes out are ordinary types in which every entry of the table is `Named` by its number. The table is checked
as a whole, used or not: a message is well-formed or it is refused. Candid specification, "Deserialisation".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from replica.candid import type_codes
from replica.candid.leb128 import read_signed, read_size, read_unsigned, shown
from replica.candid.types import (
    CandidError,
    Field,
    Func,
    Future,
    Method,
    Named,
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

TYPES_MAX: Final = 10_000
ARGUMENTS_MAX: Final = 1_000
FIELDS_MAX: Final = 50_000
"""Of all types of a message together. Each takes a microsecond to read."""

_PRIMITIVES: Final = {code: Prim(name) for code, name in type_codes.PRIMITIVE_BY_CODE.items()}


@dataclass(frozen=True, slots=True)
class Header:
    arguments: tuple[Type, ...]
    size_bytes: int


def read_header(data: bytes) -> Header:
    """Everything before the first value. Raises `CandidError`."""
    if not data.startswith(type_codes.MAGIC):
        raise CandidError("not a Candid message: it does not begin with DIDL")
    try:
        return _HeaderReader(data, len(type_codes.MAGIC)).header()
    except IndexError:
        raise CandidError("the message ends too early") from None
    except UnicodeDecodeError:
        raise CandidError("a name is not UTF-8") from None


@dataclass(slots=True)
class _HeaderReader:
    data: bytes
    at: int
    type_count: int = 0
    fields_left: int = FIELDS_MAX
    definitions: dict[str, Type] = field(default_factory=dict)
    method_types: list[Type] = field(default_factory=list)

    def header(self) -> Header:
        self.type_count = self.count(TYPES_MAX, "types")
        for index in range(self.type_count):
            self.definitions[str(index)] = self.table_entry()
        # An entry may refer to a later one, so this can only be checked now.
        if not all(isinstance(resolve(method_type), Func) for method_type in self.method_types):
            raise CandidError("a method of a service is not a function")
        arguments = self.types(ARGUMENTS_MAX)
        return Header(arguments, self.at)

    def count(self, maximum: int, what: str) -> int:
        count, self.at = read_size(self.data, self.at)
        if count > maximum:
            raise CandidError(f"more than {maximum} {what}")
        return count

    def types(self, maximum: int) -> tuple[Type, ...]:
        return tuple([self.type() for _ in range(self.count(maximum, "arguments"))])

    def type(self) -> Type:
        code, self.at = read_signed(self.data, self.at)
        if code >= self.type_count:
            raise CandidError(f"type {shown(code)} is not in the table of {self.type_count} types")
        if code >= 0:
            return Named(str(code), self.definitions)
        if code not in _PRIMITIVES:
            raise CandidError(f"{shown(code)} is not the code of a primitive type")
        return _PRIMITIVES[code]

    def table_entry(self) -> Resolved:
        code, self.at = read_signed(self.data, self.at)
        if code == type_codes.OPT:
            return Opt(self.type())
        if code == type_codes.VEC:
            return Vec(self.type())
        if code == type_codes.RECORD:
            return Record(self.fields())
        if code == type_codes.VARIANT:
            return Variant(self.fields())
        if code == type_codes.FUNC:
            return Func(self.types(ARGUMENTS_MAX), self.types(ARGUMENTS_MAX), self.modes())
        if code == type_codes.SERVICE:
            return self.service()
        return self.future(code)

    def fields(self) -> tuple[Field, ...]:
        count = self.count(self.fields_left, "fields")
        self.fields_left -= count
        fields = tuple([self.field() for _ in range(count)])
        if any(earlier.id >= later.id for earlier, later in pairwise(fields)):
            raise CandidError("the fields of a type are not in the order of their ids")
        return fields

    def field(self) -> Field:
        number, self.at = read_unsigned(self.data, self.at)
        if number >> 32:
            raise CandidError(f"a field id has more than 32 bits: {shown(number)}")
        return Field(number, None, self.type())

    def modes(self) -> tuple[str, ...]:
        codes = [self.mode() for _ in range(self.count(len(type_codes.CODE_BY_MODE), "annotations"))]
        return tuple(codes)

    def mode(self) -> str:
        code, self.at = read_unsigned(self.data, self.at)
        if code not in type_codes.MODE_BY_CODE:
            raise CandidError(f"{shown(code)} is not the code of a function annotation")
        return type_codes.MODE_BY_CODE[code]

    def service(self) -> Service:
        methods = tuple([self.method() for _ in range(self.count(len(self.data), "methods"))])
        if any(earlier.name.encode() >= later.name.encode() for earlier, later in pairwise(methods)):
            raise CandidError("the methods of a service are not in the order of their names")
        return Service(methods)

    def method(self) -> Method:
        size, at = read_size(self.data, self.at)
        self.at = at + size
        name = self.data[at : self.at].decode()
        method_type = self.type()
        if not isinstance(method_type, Named):
            raise CandidError(f"method {name} is not a function")
        self.method_types.append(method_type)
        return Method(name, method_type)

    def future(self, code: int) -> Future:
        if code >= type_codes.LOWEST:
            raise CandidError(f"{shown(code)} is not the code of a composite type")
        size, at = read_size(self.data, self.at)
        self.at = at + size
        return Future(code)
