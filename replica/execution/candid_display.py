"""Candid values as Rust's `candid` shows them, which is what `ic.candid_decode` answers: types beside numbers, long
numbers in groups, lines of at most 80 characters. `replica.candid.text` writes for people and on one line.

There are two forms, as there: one that breaks lines, and a plain one for vectors of more than ten elements and for what
lies deeper than ten levels. They differ in details that nobody planned, such as quotes inside of texts.
"""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from typing import Any, Final

from replica.candid import codec
from replica.candid.lexer import is_keyword
from replica.candid.types import CandidError, Field, Func, Opt, Prim, Record, Service, Type, Variant, Vec, resolve
from replica.execution.layout import Part, Row, enclosed, lay_out

_WIDTH: Final = 80
_DEPTH_MAX: Final = 10
_ELEMENTS_MAX: Final = 10
_DECIMAL_BITS_MAX: Final = 10_000
_PRINTABLE: Final = range(0x20, 0x7F)
_IN_ASCII_BLOBS: Final = frozenset({*_PRINTABLE, 0x09, 0x0A, 0x0D})
_ESCAPED_IN_BLOBS: Final = frozenset(b"\"'`\\")
_ESCAPES: Final = {"\0": "\\0", "\t": "\\t", "\r": "\\r", "\n": "\\n", '"': '\\"', "\\": "\\\\"}
_WITHOUT_TYPE: Final = frozenset({"bool", "text", "principal"})
"""Primitive types whose values are shown without their type."""


def display(data: bytes) -> str:
    """The values of a message whose types nobody said. Raises `CandidError`."""
    types, values = codec.decode_untyped(data)
    try:
        items = [_shown(candid_type, value, _DEPTH_MAX) for candid_type, value in zip(types, values, strict=True)]
    except RecursionError:
        raise CandidError("the values are nested too deeply") from None
    return lay_out(enclosed("(", items, ",", ")", space=""), _WIDTH)


# -- The form that breaks lines ----------------------------------------------------------------------------------------


def _shown(candid_type: Type, value: Any, depth: int) -> Part:
    candid_type = resolve(candid_type)
    if depth == 0:
        return _plain(candid_type, value)
    match candid_type:
        case Prim("text"):
            return '"' + _escaped(value, quotes=True) + '"'
        case Opt(inner) if value is not None:
            return _shown_opt(inner, value, depth)
        case Vec(inner) if resolve(inner) != Prim("nat8") and len(value) <= _ELEMENTS_MAX:
            return _block("vec", [_shown(inner, each, depth - 1) for each in value])
        case Record(fields) as record:
            return _block("record", [_shown_field(record, item, value, depth) for item in fields])
        case Variant() as variant:
            item, payload = _chosen(variant, value)
            return _block("variant", [_shown_case(item, payload, depth)])
    return _plain(candid_type, value)


def _shown_opt(inner: Type, value: Any, depth: int) -> Part:
    shown = _shown(inner, value, depth - 1)
    if _has_type(inner):
        return _joined("opt ", enclosed("(", [shown], "", ")", space=""))
    return _joined("opt ", shown)


def _shown_field(record: Record, item: Field, value: Any, depth: int) -> Part:
    if record.is_tuple:
        return _shown(item.type, value[item.id], depth - 1)
    return _joined(f"{_label(item)} = ", _shown(item.type, value[item.key], depth - 1))


def _shown_case(item: Field, payload: Any, depth: int) -> Part:
    if resolve(item.type) == Prim("null"):
        return _label(item)
    return _joined(f"{_label(item)} = ", _shown(item.type, payload, depth - 1))


def _block(word: str, items: list[Part]) -> Part:
    return _joined(f"{word} ", enclosed("{", items, ";", "}", space=" "))


def _joined(text: str, part: Part) -> Part:
    return Row((text, part))


# -- The plain form ----------------------------------------------------------------------------------------------------


def _plain(candid_type: Type, value: Any) -> str:
    match resolve(candid_type):
        case Prim(name):
            return _primitive(name, value)
        case Opt(inner):
            return _plain_opt(inner, value)
        case Vec(inner) if resolve(inner) == Prim("nat8"):
            return _blob(value)
        case Vec(inner):
            return "vec {" + "".join(f" {_plain(inner, each)};" for each in value) + "}"
        case Record(fields) as record:
            return "record {" + "".join(f" {_plain_field(record, item, value)};" for item in fields) + "}"
        case Variant() as variant:
            item, payload = _chosen(variant, value)
            shown = "" if resolve(item.type) == Prim("null") else f" = {_plain(item.type, payload)}"
            return f"variant {{ {_label(item)}{shown} }}"
        case Func():
            return f'func "{value[0].text}".{_name(value[1])}'
        case Service():
            return f'service "{value.text}"'
    raise AssertionError(candid_type)


def _plain_opt(inner: Type, value: Any) -> str:
    if value is None:
        return "null"
    return f"opt ({_plain(inner, value)})" if _has_type(inner) else f"opt {_plain(inner, value)}"


def _plain_field(record: Record, item: Field, value: Any) -> str:
    if record.is_tuple:
        return _plain(item.type, value[item.id])
    return f"{_label(item)} = {_plain(item.type, value[item.key])}"


def _primitive(name: str, value: Any) -> str:
    match name:
        case "null" | "reserved":
            return f"null : {name}"
        case "bool":
            return "true" if value else "false"
        case "text":
            return '"' + _escaped(value, quotes=False) + '"'
        case "principal":
            return f'principal "{value.text}"'
        case "float32" | "float64":
            return f"{_float(value, name)} : {name}"
    # NOT LIKE THE IC: Python takes too long to print the longest numbers in decimal.
    digits = f"{value:_}" if value.bit_length() <= _DECIMAL_BITS_MAX else f"{value:#x}"
    return f"{digits} : {name}"


# -- Parts of values ---------------------------------------------------------------------------------------------------


def _has_type(candid_type: Type) -> bool:
    """Whether a value ends in its type, which must not be taken for that of an option around it."""
    resolved = resolve(candid_type)
    return isinstance(resolved, Prim) and resolved.name not in _WITHOUT_TYPE


def _chosen(variant: Variant, value: dict[str, Any]) -> tuple[Field, Any]:
    ((tag, payload),) = value.items()
    return next(item for item in variant.fields if item.key == tag), payload


def _label(item: Field) -> str:
    return f"{item.id:_}"


def _name(name: str) -> str:
    is_plain = name.isascii() and name.isidentifier() and not is_keyword(name)
    return name if is_plain else '"' + _escaped(name, quotes=True) + '"'


def _escaped(text: str, *, quotes: bool) -> str:
    """As Rust escapes: in the form that breaks lines, single quotes too."""
    escapes = _ESCAPES | {"'": "\\'"} if quotes else _ESCAPES
    return "".join(escapes.get(each) or (each if each.isprintable() else f"\\u{{{ord(each):x}}}") for each in text)


def _blob(value: bytes) -> str:
    is_ascii = all(byte in _IN_ASCII_BLOBS for byte in value)
    shown = (chr(byte) if is_ascii and _is_itself(byte) else f"\\{byte:02x}" for byte in value)
    return 'blob "' + "".join(shown) + '"'


def _is_itself(byte: int) -> bool:
    return byte in _PRINTABLE and byte not in _ESCAPED_IN_BLOBS


def _float(value: float, name: str) -> str:
    """The shortest digits that mean this number, never with an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    digits = format(Decimal(_shortest(value) if name == "float32" else repr(value)), "f")
    return digits if "." in digits else f"{digits}.0"


def _shortest(value: float) -> str:
    packed = struct.pack("<f", value)
    texts = (f"{value:.{precision}g}" for precision in range(1, 10))
    return next(text for text in texts if struct.pack("<f", float(text)) == packed)
