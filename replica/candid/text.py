"""Values in their text form, `(record { a = 1 : nat8 }, "b")`, and messages from and to it.

`parse` reads them at the types that are expected, as `codec` takes them; `encode` and `decode` know no types but
those the text or the message carries. Fields print by name where the type has one and by number elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from replica.candid import codec
from replica.candid.types import CandidError, Type
from replica.candid.value_parser import parse_values
from replica.candid.value_printer import print_value
from replica.candid.value_types import type_of, value_as


def parse(types: Sequence[Type], source: str) -> tuple[Any, ...]:
    """The values that are written, as values of `types`."""
    values = parse_values(source)
    if len(values) != len(types):
        raise CandidError(f"expected {len(types)} values, not {len(values)}")
    return tuple(value_as(value, candid_type) for candid_type, value in zip(types, values, strict=True))


def format_values(types: Sequence[Type], values: Sequence[Any]) -> str:
    try:
        return f"({', '.join(print_value(item, value) for item, value in zip(types, values, strict=True))})"
    except RecursionError:
        raise CandidError("the values are nested too deeply") from None


def encode(source: str) -> bytes:
    """A message with the values that are written, of the types that they look like."""
    values = parse_values(source)
    types = [type_of(value) for value in values]
    return codec.encode(types, [value_as(value, item) for value, item in zip(values, types, strict=True)])


def decode(data: bytes) -> str:
    """The text of a message whose types nobody said."""
    types, values = codec.decode_untyped(data)
    return format_values(types, values)
