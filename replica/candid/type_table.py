"""Writing the head of a message: the table of its types and the types of its arguments.

Equal types share one entry, as other encoders do it: the limits of stable maps count encoded bytes. Types are compared
by the bytes of their entries, so a type is entered after its parts; one that contains itself is given its number first.
"""

from __future__ import annotations

from collections.abc import Sequence

from replica.candid import type_codes
from replica.candid.leb128 import encode_signed, encode_unsigned
from replica.candid.types import (
    CandidError,
    Field,
    Func,
    Future,
    Named,
    Opt,
    Prim,
    Record,
    Resolved,
    Service,
    Type,
    Variant,
    Vec,
)


def encode_header(types: Sequence[Type]) -> bytes:
    """Everything of a message of `types` that comes before its first value."""
    table = _TypeTable()
    arguments = b"".join([table.reference(candid_type) for candid_type in types])
    parts = [type_codes.MAGIC, encode_unsigned(len(table.entries)), *table.entries]
    return b"".join([*parts, encode_unsigned(len(types)), arguments])


class _TypeTable:
    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self._index_by_entry: dict[bytes, int] = {}
        self._index_by_name: dict[tuple[int, str], int] = {}

    def reference(self, candid_type: Type) -> bytes:
        """The number by which a type is referred to; what is missing in the table is entered."""
        if isinstance(candid_type, Named):
            return self._reference_by_name(candid_type)
        if isinstance(candid_type, Prim):
            return encode_signed(type_codes.CODE_BY_PRIMITIVE[candid_type.name])
        entry = self._entry(candid_type)
        if entry not in self._index_by_entry:
            self._index_by_entry[entry] = len(self.entries)
            self.entries.append(entry)
        return encode_signed(self._index_by_entry[entry])

    def _reference_by_name(self, named: Named) -> bytes:
        resolved = named.resolve()
        if not _contains_itself(named):
            return self.reference(resolved)
        name = (id(named.definitions), named.name)
        if name not in self._index_by_name:
            index = self._index_by_name[name] = len(self.entries)
            self.entries.append(b"")
            self.entries[index] = self._entry(resolved)
        return encode_signed(self._index_by_name[name])

    def _entry(self, candid_type: Resolved) -> bytes:
        match candid_type:
            case Opt(inner):
                return encode_signed(type_codes.OPT) + self.reference(inner)
            case Vec(inner):
                return encode_signed(type_codes.VEC) + self.reference(inner)
            case Record(fields):
                return encode_signed(type_codes.RECORD) + self._fields(fields)
            case Variant(fields):
                return encode_signed(type_codes.VARIANT) + self._fields(fields)
            case Func():
                return encode_signed(type_codes.FUNC) + self._function(candid_type)
            case Service():
                return encode_signed(type_codes.SERVICE) + self._methods(candid_type)
            case Prim() | Future():
                raise CandidError(f"{candid_type} cannot be encoded")

    def _fields(self, fields: tuple[Field, ...]) -> bytes:
        parts = [encode_unsigned(item.id) + self.reference(item.type) for item in wire_order(fields)]
        return encode_unsigned(len(fields)) + b"".join(parts)

    def _function(self, function: Func) -> bytes:
        modes = bytes(type_codes.CODE_BY_MODE[mode] for mode in function.modes)
        return self._types(function.args) + self._types(function.results) + encode_unsigned(len(modes)) + modes

    def _types(self, types: tuple[Type, ...]) -> bytes:
        return encode_unsigned(len(types)) + b"".join([self.reference(candid_type) for candid_type in types])

    def _methods(self, service: Service) -> bytes:
        types = {method.name.encode(): method.type for method in service.methods}
        parts = [encode_unsigned(len(name)) + name + self.reference(types[name]) for name in sorted(types)]
        return encode_unsigned(len(types)) + b"".join(parts)


def wire_order(fields: Sequence[Field]) -> list[Field]:
    return sorted(fields, key=lambda item: item.id)


def _contains_itself(named: Named) -> bool:
    """Whether a type can be reached from within itself, going through names."""
    waiting = list(_parts(named.resolve()))
    seen: set[tuple[int, str]] = set()
    while waiting:
        part = waiting.pop()
        if not isinstance(part, Named):
            waiting += _parts(part)
        elif (id(part.definitions), part.name) not in seen:
            if part.name == named.name and part.definitions is named.definitions:
                return True
            seen.add((id(part.definitions), part.name))
            waiting.append(part.resolve())
    return False


def _parts(candid_type: Resolved) -> Sequence[Type]:
    match candid_type:
        case Opt(inner) | Vec(inner):
            return (inner,)
        case Record(fields) | Variant(fields):
            return [item.type for item in fields]
        case Func(args, results):
            return (*args, *results)
        case Service(methods):
            return [method.type for method in methods]
        case _:
            return ()
