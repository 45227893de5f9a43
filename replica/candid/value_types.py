"""Written values as values of types: of those expected, or of those that the writing suggests.

Without an expected type a number is an `int`, or a `float64` if it has a point; the elements of a vector get the one
type that fits them all. An annotation decides for itself.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

from replica.candid.subtyping import is_subtype
from replica.candid.type_parser import parse_natural
from replica.candid.type_printer import print_type
from replica.candid.types import (
    BLOB,
    CandidError,
    Field,
    Func,
    Opt,
    Prim,
    Record,
    Resolved,
    Service,
    Type,
    Variant,
    Vec,
    checked_fields,
    has_default,
    resolve,
)
from replica.candid.value_parser import (
    Annotated,
    Blob,
    Constant,
    FieldValue,
    Number,
    OptValue,
    RecordValue,
    Reference,
    Value,
    VariantValue,
    VecValue,
)
from replica.candid.writers import FIXED_SIZE

_NULL: Final = Prim("null")
_EMPTY: Final = Prim("empty")


# -- The type that a value looks like --------------------------------------------------------------------------------


def type_of(value: Value) -> Type:
    match value:
        case Annotated(_, annotation):
            return annotation
        case Constant(None):
            return _NULL
        case Constant(constant):
            return Prim("text" if isinstance(constant, str) else "bool")
        case Number(text):
            return Prim("int" if parse_int(text) is not None else "float64")
        case Blob():
            return BLOB
        case Reference(kind):
            return Prim("principal") if kind == "principal" else Service(()) if kind == "service" else Func((), ())
        case OptValue(inner):
            return Opt(type_of(inner))
        case VecValue(items):
            return Vec(_common_type([type_of(item) for item in items]))
        case RecordValue(fields):
            return Record(checked_fields(_field_of(item) for item in fields))
        case VariantValue(tag):
            return Variant((_field_of(tag),))


def _field_of(field: FieldValue) -> Field:
    return Field(field.id, field.name, type_of(field.value))


def _common_type(types: Sequence[Type]) -> Type:
    common: Type = _EMPTY
    for candid_type in types:
        common = _join(common, candid_type)
    return common


def _join(one: Type, other: Type) -> Type:
    """The type of both, where `null` beside an `opt` and an element beside an empty vector are no contradiction."""
    if one in (other, _EMPTY):
        return other
    match one, other:
        case (_, Prim("empty")) | (Opt(), Prim("null")):
            return one
        case Prim("null"), Opt():
            return other
        case Opt(first), Opt(second):
            return Opt(_join(first, second))
        case Vec(first), Vec(second):
            return Vec(_join(first, second))
        case Record(), Record() if [item.id for item in one.fields] == [item.id for item in other.fields]:
            pairs = zip(one.fields, other.fields, strict=True)
            return Record(tuple(Field(mine.id, mine.name, _join(mine.type, theirs.type)) for mine, theirs in pairs))
        case Variant(), Variant():
            return _join_variants(one, other)
    raise CandidError(f"one vector with elements of two types: {print_type(one)} and {print_type(other)}")


def _join_variants(one: Variant, other: Variant) -> Variant:
    fields = {item.id: item for item in one.fields}
    for item in other.fields:
        joined = _join(fields[item.id].type, item.type) if item.id in fields else item.type
        fields[item.id] = Field(item.id, item.name, joined)
    return Variant(tuple(fields.values()))


# -- The value as one of a type --------------------------------------------------------------------------------------


def value_as(value: Value, expected: Type) -> Any:
    """The Python value, as `codec` takes it. Raises `CandidError` if it is none of the type."""
    resolved = resolve(expected)
    if isinstance(value, Annotated):
        if not is_subtype(value.type, expected):
            raise CandidError(f"the value is said to be {print_type(value.type)}, expected {print_type(expected)}")
        return value_as(value.value, expected)
    match resolved, value:
        case Prim("reserved"), _:
            return None
        case Prim(name), _:
            return _primitive(value, name)
        case Opt(inner), OptValue(written):
            return value_as(written, inner)
        case Opt(), Constant(None):
            return None
        case Opt(inner), _ if not has_default(inner):
            return value_as(value, inner)
        case Vec(inner), VecValue(items):
            found = [value_as(item, inner) for item in items]
            return bytes(found) if resolve(inner) == Prim("nat8") else found
        case Vec(inner), Blob(raw) if resolve(inner) == Prim("nat8"):
            return raw
        case Record(), RecordValue():
            return _record(value, resolved)
        case Variant(), VariantValue():
            return _variant(value, resolved)
        case Service(), Reference("service", principal):
            return principal
        case Func(), Reference("func", principal, method):
            return principal, method
    raise _not_a(resolved)


def _primitive(value: Value, name: str) -> Any:
    match value:
        case Number(text):
            return _number(text, name)
        case Constant(constant):
            if name == {type(None): "null", bool: "bool", str: "text"}[type(constant)]:
                return constant
        case Reference("principal" | "service", principal) if name == "principal":
            return principal
    raise _not_a(Prim(name))


def _number(text: str, name: str) -> int | float:
    if name in ("float32", "float64"):
        return _parse_float(text)
    number = parse_int(text)
    if number is None or name not in ("int", "nat", *FIXED_SIZE):
        raise _not_a(Prim(name))
    try:
        if name in FIXED_SIZE:
            FIXED_SIZE[name].pack(number)
    except struct.error:
        raise CandidError(f"{text} is out of the range of {name}") from None
    if name == "nat" and number < 0:
        raise CandidError(f"{text} is out of the range of nat")
    return number


def parse_int(text: str) -> int | None:
    """A whole number; None if it is written as another kind of number."""
    number = parse_natural(text.removeprefix("-").removeprefix("+"))
    return -number if number is not None and text.startswith("-") else number


def _parse_float(text: str) -> float:
    digits = text.replace("_", "")
    try:
        return float.fromhex(digits) if "0x" in digits else float(digits)
    except (ValueError, OverflowError):
        raise CandidError(f"{text} is not a number") from None


def _record(value: RecordValue, expected: Record) -> Any:
    written = {item.id: item.value for item in value.fields}
    if len(written) < len(value.fields):
        raise CandidError("a record has two fields with the same id")
    found = {item.id: _field(written.get(item.id), item) for item in expected.fields}
    if expected.is_tuple:
        return tuple(found[index] for index in range(len(found)))
    return {item.key: found[item.id] for item in expected.fields}


def _field(value: Value | None, expected: Field) -> Any:
    if value is not None:
        return value_as(value, expected.type)
    if not has_default(expected.type):
        raise CandidError(f"a record lacks {expected.key}")
    return None


def _variant(value: VariantValue, expected: Variant) -> dict[str, Any]:
    for item in expected.fields:
        if item.id == value.tag.id:
            return {item.key: value_as(value.tag.value, item.type)}
    raise CandidError(f"{value.tag.name or value.tag.id} is no tag of {print_type(expected)}")


def _not_a(expected: Resolved) -> CandidError:
    return CandidError(f"the value is not a {print_type(expected)}")
