"""Python values to Candid, accepting what Kybra's Rust accepts and failing with its words.

Every function raises the Python exception that RustPython would raise; whoever calls them turns it into a trap. The
rules are uneven because the Rust is: some vectors take any iterable, others only lists, and an element that does not
convert loses its own error in one kind and keeps it in the other.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from replica.candid.leb128 import encode_signed, encode_unsigned
from replica.candid.type_table import wire_order
from replica.candid.types import Field, Prim, Record, Type, Variant, resolve
from replica.candid.writers import FIXED_SIZE, Writer, WriterFactory, with_size
from replica.execution.conversion.names import python_key
from replica.execution.conversion.principals import principal_bytes, service_bytes

_ANY_ITERABLE_OF: Final = frozenset({"bool", "text", *FIXED_SIZE} - {"float32", "float64"})


class VmWriterFactory(WriterFactory):
    """Writers for values of canister code."""

    def primitive(self, name: str) -> Writer:
        if name in ("float32", "float64"):
            return _float_writer(name)
        return _fixed_size_writer(name) if name in FIXED_SIZE else _PRIMITIVES[name]

    def vec(self, inner: Type) -> Writer:
        resolved = resolve(inner)
        if resolved == Prim("nat8"):
            return _blob_writer(self.writer(inner))
        if isinstance(resolved, Prim) and resolved.name in _ANY_ITERABLE_OF:
            return _iterable_writer(self.writer(inner))
        return _list_writer(self.writer(inner))

    def record(self, record: Record) -> Writer:
        if not record.fields:
            return _write_nothing
        keys = [python_key(item) for item in record.fields]
        writers = [self.writer(item.type) for item in record.fields]
        return _record_writer(keys, writers, _wire_positions(record.fields))

    def tuple(self, record: Record) -> Writer:
        return _tuple_writer([self.writer(item.type) for item in wire_order(record.fields)])

    def variant(self, variant: Variant) -> Writer:
        index = {item.id: encode_unsigned(index) for index, item in enumerate(wire_order(variant.fields))}
        return _variant_writer({python_key(item): (index[item.id], self.writer(item.type)) for item in variant.fields})

    def function(self) -> Writer:
        return _write_function

    def service(self) -> Writer:
        return _write_service


def _wrong_type(expected: str, value: Any) -> TypeError:
    return TypeError(f"Expected type '{expected}' but '{type(value).__name__}' found")


# -- Primitive types -------------------------------------------------------------------------------------------------


def _fixed_size_writer(name: str) -> Writer:
    pack = FIXED_SIZE[name].pack
    rust_name = name.replace("nat", "u").replace("int", "i")

    def write(value: Any) -> bytes:
        if not isinstance(value, int):
            raise _wrong_type("int", value)
        try:
            return pack(value)
        except struct.error:
            raise OverflowError(f"Python int too large to convert to Rust {rust_name}") from None

    return write


def _float_writer(name: str) -> Writer:
    pack = FIXED_SIZE[name].pack

    def write(value: Any) -> bytes:
        if not isinstance(value, float):
            raise _wrong_type("float", value)
        try:
            return pack(value)
        except OverflowError:  # Rust rounds what is too large for 32 bits to infinity
            return pack(math.copysign(math.inf, value))

    return write


def _write_null(value: Any) -> bytes:
    if value is not None:
        raise TypeError(f"expected NoneType but received {type(value).__name__}")
    return b""


def _write_bool(value: Any) -> bytes:
    if not isinstance(value, int):
        raise TypeError(f"Expected type bool, not {type(value).__name__}")
    return b"\1" if value else b"\0"


def _write_nat(value: Any) -> bytes:
    if not isinstance(value, int):
        raise _wrong_type("int", value)
    if value < 0:
        raise TypeError("Could not convert value to nat")
    return encode_unsigned(value)


def _write_int(value: Any) -> bytes:
    if not isinstance(value, int):
        raise TypeError("PyObjectRef is not a PyIntRef")
    return encode_signed(value)


def _write_text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _wrong_type("str", value)
    return with_size(value.encode())


def _write_nothing(value: Any) -> bytes:
    """For `reserved` and for records without fields, which take anything."""
    return b""


def _write_empty(value: Any) -> bytes:
    raise TypeError("value cannot be converted to Empty")


def _write_principal(value: Any) -> bytes:
    return b"\1" + with_size(principal_bytes(value))


_PRIMITIVES: Final[dict[str, Writer]] = {
    "null": _write_null,
    "bool": _write_bool,
    "nat": _write_nat,
    "int": _write_int,
    "text": _write_text,
    "reserved": _write_nothing,
    "empty": _write_empty,
    "principal": _write_principal,
}


# -- References ------------------------------------------------------------------------------------------------------


def _write_service(value: Any) -> bytes:
    return b"\1" + with_size(service_bytes(value))


def _write_function(value: Any) -> bytes:
    if not isinstance(value, tuple):
        raise _wrong_type("tuple", value)
    for position, what in enumerate(("Principal", "method")):
        if len(value) <= position:
            raise TypeError(f"could not convert value to Func, missing {what}")
    return b"\1" + _write_principal(value[0]) + _write_text(value[1])


# -- Vectors ---------------------------------------------------------------------------------------------------------


def _blob_writer(write: Writer) -> Writer:
    write_items = _iterable_writer(write)

    def write_blob(value: Any) -> bytes:
        return with_size(bytes(value)) if isinstance(value, bytes | bytearray) else write_items(value)

    return write_blob


def _iterable_writer(write: Writer) -> Writer:
    def write_iterable(value: Any) -> bytes:
        items = [write(item) for item in value]
        return encode_unsigned(len(items)) + b"".join(items)

    return write_iterable


def _list_writer(write: Writer) -> Writer:
    def write_list(value: Any) -> bytes:
        if not isinstance(value, list):
            raise _wrong_type("list", value)
        try:
            return encode_unsigned(len(value)) + b"".join([write(item) for item in value])
        except Exception as error:
            raise TypeError("Could not convert value to Vec") from error

    return write_list


# -- Records, tuples and variants ------------------------------------------------------------------------------------


def _wire_positions(fields: tuple[Field, ...]) -> list[int]:
    """For every field in the order of the wire, its position in the declaration."""
    return sorted(range(len(fields)), key=lambda position: fields[position].id)


def _record_writer(keys: list[str], writers: list[Writer], positions: list[int]) -> Writer:
    """All fields are fetched, then all are converted, as declared: the first error is the one that is reported."""
    fetch = _getter_of_all(keys)
    reorder = None if positions == sorted(positions) else _getter_of_all(positions)

    def write_record(value: Any) -> bytes:
        items = [write(item) for write, item in zip(writers, fetch(value), strict=True)]
        return b"".join(items if reorder is None else reorder(items))

    return write_record


def _getter_of_all(keys: list[Any]) -> Callable[[Any], Any]:
    """Like `itemgetter`, with a tuple also for one key."""
    if len(keys) > 1:
        return itemgetter(*keys)
    (key,) = keys
    return lambda value: (value[key],)


def _tuple_writer(writers: list[Writer]) -> Writer:
    def write_tuple(value: Any) -> bytes:
        if not isinstance(value, tuple):
            raise _wrong_type("tuple", value)
        if len(value) < len(writers):
            raise IndexError("tuple index out of range")
        return b"".join([write(item) for write, item in zip(writers, value, strict=False)])

    return write_tuple


def _variant_writer(cases: dict[str, tuple[bytes, Writer]]) -> Writer:
    """`cases` in the order of declaration, which decides where several tags are present."""

    def write_variant(value: Any) -> bytes:
        if type(value) is dict and len(value) == 1:
            ((tag, payload),) = value.items()
            if tag in cases:
                index, write = cases[tag]
                return index + write(payload)
        return write_first_present(value)

    def write_first_present(value: Any) -> bytes:
        for tag, (index, write) in cases.items():
            try:
                payload = value[tag]
            except Exception:  # noqa: S112 - whatever goes wrong, the tag counts as absent
                continue
            return index + write(payload)
        raise TypeError("Enum variant does not exist")

    return write_variant
