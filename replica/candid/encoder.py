"""Encoding for clients, tools and tests: Python values to a message, with errors that say what was expected.

Fields that may be null may be left out of a record; a field that the type does not know is a mistake and is refused.
"""

from __future__ import annotations

import reprlib
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from replica.candid.leb128 import encode_signed, encode_unsigned
from replica.candid.type_table import encode_header, wire_order
from replica.candid.types import CandidError, Prim, Record, Type, Variant, has_default, resolve
from replica.candid.writers import FIXED_SIZE, Writer, WriterFactory, with_size

PRINCIPAL_BYTES_MAX = 29


def compile_encoder(types: Sequence[Type]) -> Callable[[Sequence[Any]], bytes]:
    """A function from values, one per type, to a whole message."""
    try:
        header = encode_header(types)
        factory = _PlainWriterFactory()
        writers = [factory.writer(candid_type) for candid_type in types]
    except RecursionError:
        raise CandidError("a type is nested too deeply") from None

    def encode(values: Sequence[Any]) -> bytes:
        if len(values) != len(writers):
            raise CandidError(f"expected {len(writers)} values, not {len(values)}")
        try:
            return header + b"".join([write(value) for write, value in zip(writers, values, strict=True)])
        except RecursionError:
            raise CandidError("a value is nested too deeply") from None

    return encode


class _PlainWriterFactory(WriterFactory):
    def primitive(self, name: str) -> Writer:
        if name.startswith("float"):
            return _float_writer(name)
        return _fixed_size_writer(name) if name in FIXED_SIZE else _PRIMITIVES[name]

    def vec(self, inner: Type) -> Writer:
        return _write_blob if resolve(inner) == Prim("nat8") else _vec_writer(self.writer(inner))

    def record(self, record: Record) -> Writer:
        writers = [(item.key, self.writer(item.type)) for item in wire_order(record.fields)]
        optional = {item.key for item in record.fields if has_default(item.type)}
        return _record_writer(writers, optional)

    def tuple(self, record: Record) -> Writer:
        return _tuple_writer([self.writer(item.type) for item in wire_order(record.fields)])

    def variant(self, variant: Variant) -> Writer:
        writers = {
            item.key: (encode_unsigned(index), self.writer(item.type))
            for index, item in enumerate(wire_order(variant.fields))
        }
        return _variant_writer(writers)

    def function(self) -> Writer:
        return _write_function

    def service(self) -> Writer:
        return _write_principal


def _unexpected(value: Any, expected: str) -> CandidError:
    try:
        shown = reprlib.repr(value)
    except ValueError:  # Python prints no numbers of many thousand digits
        shown = type(value).__name__
    return CandidError(f"expected {expected}, not {shown}")


# -- Primitive types -------------------------------------------------------------------------------------------------


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fixed_size_writer(name: str) -> Writer:
    pack = FIXED_SIZE[name].pack

    def write(value: Any) -> bytes:
        if type(value) is not int and not _is_int(value):
            raise _unexpected(value, name)
        try:
            return pack(value)
        except struct.error:
            raise _unexpected(value, name) from None

    return write


def _float_writer(name: str) -> Writer:
    pack = FIXED_SIZE[name].pack

    def write(value: Any) -> bytes:
        if not isinstance(value, float) and not _is_int(value):
            raise _unexpected(value, name)
        try:
            return pack(value)
        except (OverflowError, struct.error):
            raise _unexpected(value, name) from None

    return write


def _write_null(value: Any) -> bytes:
    if value is not None:
        raise _unexpected(value, "null")
    return b""


def _write_reserved(value: Any) -> bytes:
    return b""


def _write_empty(value: Any) -> bytes:
    raise _unexpected(value, "nothing, for empty has no values")


def _write_bool(value: Any) -> bytes:
    if value is True:
        return b"\1"
    if value is not False:
        raise _unexpected(value, "bool")
    return b"\0"


def _write_nat(value: Any) -> bytes:
    if not _is_int(value) or value < 0:
        raise _unexpected(value, "nat")
    return encode_unsigned(value)


def _write_int(value: Any) -> bytes:
    if not _is_int(value):
        raise _unexpected(value, "int")
    return encode_signed(value)


def _write_text(value: Any) -> bytes:
    if not isinstance(value, str):
        raise _unexpected(value, "text")
    try:
        return with_size(value.encode())
    except UnicodeEncodeError:
        raise _unexpected(value, "text that has UTF-8") from None


def _write_principal(value: Any) -> bytes:
    if not isinstance(value, bytes) or len(value) > PRINCIPAL_BYTES_MAX:
        raise _unexpected(value, "principal")
    return b"\1" + with_size(value)


_PRIMITIVES: dict[str, Writer] = {
    "null": _write_null,
    "bool": _write_bool,
    "nat": _write_nat,
    "int": _write_int,
    "text": _write_text,
    "reserved": _write_reserved,
    "empty": _write_empty,
    "principal": _write_principal,
}


# -- Composite types -------------------------------------------------------------------------------------------------


def _write_blob(value: Any) -> bytes:
    if type(value) is bytes:
        return with_size(value)
    if not isinstance(value, bytes | bytearray | memoryview | list | tuple):
        raise _unexpected(value, "blob")
    try:
        return with_size(bytes(value))
    except (TypeError, ValueError):
        raise _unexpected(value, "blob") from None


def _vec_writer(write: Writer) -> Writer:
    def write_vec(value: Any) -> bytes:
        if not isinstance(value, list | tuple):
            raise _unexpected(value, "vec")
        return encode_unsigned(len(value)) + b"".join([write(item) for item in value])

    return write_vec


def _record_writer(writers: list[tuple[str, Writer]], optional: set[str]) -> Writer:
    keys = {key for key, _ in writers}

    def write_record(value: Any) -> bytes:
        if not isinstance(value, Mapping):
            raise _unexpected(value, f"record with {', '.join(sorted(keys))}")
        if value.keys() != keys:
            value = completed(value)
        return b"".join([write(value[key]) for key, write in writers])

    def completed(value: Mapping[str, Any]) -> Mapping[str, Any]:
        missing = keys - value.keys() - optional
        if missing:
            raise CandidError(f"a record lacks {', '.join(sorted(missing))}")
        unknown = value.keys() - keys
        if unknown:
            raise CandidError(f"a record has no field {', '.join(sorted(map(str, unknown)))}")
        return dict.fromkeys(optional) | dict(value)

    return write_record


def _tuple_writer(writers: list[Writer]) -> Writer:
    def write_tuple(value: Any) -> bytes:
        if not isinstance(value, list | tuple) or len(value) != len(writers):
            raise _unexpected(value, f"tuple of {len(writers)}")
        return b"".join([write(item) for write, item in zip(writers, value, strict=True)])

    return write_tuple


def _variant_writer(writers: dict[str, tuple[bytes, Writer]]) -> Writer:
    def write_variant(value: Any) -> bytes:
        if not isinstance(value, Mapping) or len(value) != 1:
            raise _unexpected(value, "variant: a dictionary with one entry")
        ((tag, payload),) = value.items()
        if tag not in writers:
            raise _unexpected(tag, f"one of the tags {', '.join(sorted(writers))}")
        index, write = writers[tag]
        return index + write(payload)

    return write_variant


def _write_function(value: Any) -> bytes:
    if not isinstance(value, tuple) or len(value) != 2:
        raise _unexpected(value, "func: a pair of principal and method name")
    return b"\1" + _write_principal(value[0]) + _write_text(value[1])
