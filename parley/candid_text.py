"""Candid values for people's eyes: on one line if they fit, otherwise one field or element a line.

What is printed is Candid that can be read again, by this command line or any other tool.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from replica.candid.text import format_values
from replica.candid.type_printer import label_text
from replica.candid.types import Opt, Prim, Record, Type, Variant, Vec, resolve
from replica.candid.value_printer import print_value

LINE_CHARACTERS_MAX: Final = 80
_INDENT: Final = "  "


def layout(types: Sequence[Type], values: Sequence[Any]) -> str:
    """The text of an answer or an argument, parentheses and all."""
    line = format_values(types, values)
    if len(line) <= LINE_CHARACTERS_MAX:
        return line
    lines = [f"{_INDENT}{_value(item, value, 1)},\n" for item, value in zip(types, values, strict=True)]
    return f"(\n{''.join(lines)})"


def _value(candid_type: Type, value: Any, depth: int) -> str:
    """Begins where its line has been indented `depth` times already."""
    line = print_value(candid_type, value)
    if len(line) + len(_INDENT) * depth <= LINE_CHARACTERS_MAX:
        return line
    match resolve(candid_type):
        case Opt(inner) if value is not None and not isinstance(resolve(inner), Prim):
            return f"opt {_value(inner, value, depth)}"
        case Vec(inner) if resolve(inner) != Prim("nat8"):
            return _block("vec", [_value(inner, item, depth + 1) for item in value], depth)
        case Record() as record:
            return _block("record", _fields(record, value, depth + 1), depth)
        case Variant() as variant:
            return _block("variant", [_tag(variant, value, depth + 1)], depth)
    return line


def _fields(record: Record, value: Any, depth: int) -> list[str]:
    keys = [item.id if record.is_tuple else item.key for item in record.fields]
    labels = [str(item.id) if record.is_tuple else label_text(item) for item in record.fields]
    return [
        f"{label} = {_value(item.type, value[key], depth)}"
        for label, key, item in zip(labels, keys, record.fields, strict=True)
    ]


def _tag(variant: Variant, value: dict[str, Any], depth: int) -> str:
    ((tag, payload),) = value.items()
    item = next(item for item in variant.fields if item.key == tag)
    if resolve(item.type) == Prim("null"):
        return label_text(item)
    return f"{label_text(item)} = {_value(item.type, payload, depth)}"


def _block(word: str, items: list[str], depth: int) -> str:
    lines = [f"{_INDENT * (depth + 1)}{item};\n" for item in items]
    return f"{word} {{\n{''.join(lines)}{_INDENT * depth}}}"
