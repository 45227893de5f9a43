"""Writing values down. Numbers say of which type they are, so that they are read back as the same numbers."""

from __future__ import annotations

from typing import Any, Final

from replica.candid.lexer import name_text, quote, quote_bytes
from replica.candid.type_printer import label_text
from replica.candid.types import (
    CandidError,
    Field,
    Func,
    Future,
    Opt,
    Prim,
    Record,
    Service,
    Type,
    Variant,
    Vec,
    resolve,
)
from replica.candid.writers import FIXED_SIZE

_DECIMAL_BITS_MAX: Final = 10_000

_ANNOTATED: Final = tuple(Prim(name) for name in ("nat", "int", "reserved", *FIXED_SIZE))


def print_value(candid_type: Type, value: Any) -> str:
    match resolve(candid_type):
        case Prim(name):
            return _primitive(name, value)
        case Opt(inner):
            return "null" if value is None else _opt(inner, value)
        case Vec(inner) if resolve(inner) == Prim("nat8"):
            return f"blob {quote_bytes(value)}"
        case Vec(inner):
            return _block("vec", [print_value(inner, item) for item in value])
        case Record() as record:
            return _block("record", [_field(item, value, record) for item in record.fields])
        case Variant() as variant:
            return _variant(variant, value)
        case Func():
            principal, method = value
            return f"func {quote(principal.text)}.{name_text(method)}"
        case Service():
            return f"service {quote(value.text)}"
        case Future():
            raise CandidError("a value of a type of a later Candid has no text")


def _primitive(name: str, value: Any) -> str:
    match name:
        case "null":
            return "null"
        case "reserved":
            return "null : reserved"
        case "bool":
            return "true" if value else "false"
        case "text":
            return quote(value)
        case "principal":
            return f"principal {quote(value.text)}"
        case "float32" | "float64":
            return f"{value!r} : {name}"
        case _:
            # Python refuses to print the longest numbers in decimal, for the time it would take.
            digits = f"{value:_}" if value.bit_length() <= _DECIMAL_BITS_MAX else f"{value:#x}"
            return f"{digits} : {name}"


def _opt(inner: Type, value: Any) -> str:
    text = print_value(inner, value)
    # An annotation belongs to the number inside, not to the `opt` around it.
    is_annotated = resolve(inner) in _ANNOTATED
    return f"opt ({text})" if is_annotated else f"opt {text}"


def _field(item: Field, value: Any, record: Record) -> str:
    if record.is_tuple:
        return f"{item.id} = {print_value(item.type, value[item.id])}"
    return f"{label_text(item)} = {print_value(item.type, value[item.key])}"


def _variant(variant: Variant, value: dict[str, Any]) -> str:
    ((tag, payload),) = value.items()
    item = next(item for item in variant.fields if item.key == tag)
    if resolve(item.type) == Prim("null"):
        return f"variant {{ {label_text(item)} }}"
    return f"variant {{ {label_text(item)} = {print_value(item.type, payload)} }}"


def _block(word: str, items: list[str]) -> str:
    return f"{word} {{ {'; '.join(items)} }}" if items else f"{word} {{}}"
