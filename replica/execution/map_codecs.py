"""How keys and values of stable maps become bytes: one Candid message each.

Most maps hold blobs, texts, numbers or principals, whose messages are a constant prefix and the value, so those are
written directly; everything else goes through the general conversion. Both give the same bytes and the same errors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import kybra

from replica.candid.leb128 import encode_unsigned, read_unsigned
from replica.candid.types import BLOB, Prim, Type, resolve
from replica.execution.conversion import MakeService, compile_value_from_candid, compile_value_to_candid

Encode = Callable[[Any], bytes]
Decode = Callable[[bytes], Any]

# "DIDL", then: one type, `vec nat8`, one value of it.
_BLOB_PREFIX: Final = b"DIDL\x01\x6d\x7b\x01\x00"
# "DIDL", no types, one value of a primitive type.
_TEXT_PREFIX: Final = b"DIDL\x00\x01\x71"
_NAT64_PREFIX: Final = b"DIDL\x00\x01\x78"
_PRINCIPAL_PREFIX: Final = b"DIDL\x00\x01\x68\x01"
# Of nearly all values: canisters keep the maximum size of a value small, because a leaf reserves room for many.
_SHORT_LENGTHS: Final = tuple(encode_unsigned(length) for length in range(512))


def map_codec(candid_type: Type, make_service: MakeService) -> tuple[Encode, Decode]:
    """The fastest coders there are for a type."""
    resolved = resolve(candid_type)
    encode_any = compile_value_to_candid(candid_type)
    decode_any = compile_value_from_candid(candid_type, make_service)
    if resolved == BLOB:
        return _blob_encoder(encode_any), _blob_decoder(decode_any)
    if resolved == Prim("text"):
        return _text_encoder(encode_any), _text_decoder(decode_any)
    if resolved == Prim("nat64"):
        return _nat64_encoder(encode_any), _nat64_decoder(decode_any)
    if resolved == Prim("principal"):
        return _principal_encoder(encode_any), decode_any
    return encode_any, decode_any


def _blob_encoder(encode_any: Encode) -> Encode:
    short = tuple(_BLOB_PREFIX + length for length in _SHORT_LENGTHS)

    def encode(value: Any) -> bytes:
        if type(value) is not bytes:
            return encode_any(value)
        length = len(value)
        return short[length] + value if length < len(short) else _BLOB_PREFIX + encode_unsigned(length) + value

    return encode


def _blob_decoder(decode_any: Decode) -> Decode:
    def decode(data: bytes) -> Any:
        # Values are stored by the encoder above, unless a type has changed since.
        if not data.startswith(_BLOB_PREFIX):
            return decode_any(data)
        if data[9] < 0x80:
            return data[10:]
        if data[10] < 0x80:
            return data[11:]
        return data[read_unsigned(data, 9)[1] :]

    return decode


def _text_encoder(encode_any: Encode) -> Encode:
    short = tuple(_TEXT_PREFIX + length for length in _SHORT_LENGTHS)

    def encode(value: Any) -> bytes:
        if type(value) is not str:
            return encode_any(value)
        try:
            utf8 = value.encode()
        except UnicodeEncodeError:
            return encode_any(value)
        length = len(utf8)
        return short[length] + utf8 if length < len(short) else _TEXT_PREFIX + encode_unsigned(length) + utf8

    return encode


def _text_decoder(decode_any: Decode) -> Decode:
    def decode(data: bytes) -> Any:
        if not data.startswith(_TEXT_PREFIX):
            return decode_any(data)
        start = 8 if data[7] < 0x80 else read_unsigned(data, 7)[1]
        return data[start:].decode()

    return decode


def _nat64_encoder(encode_any: Encode) -> Encode:
    def encode(value: Any) -> bytes:
        if type(value) is not int or not 0 <= value < 1 << 64:
            return encode_any(value)
        return _NAT64_PREFIX + value.to_bytes(8, "little")

    return encode


def _nat64_decoder(decode_any: Decode) -> Decode:
    def decode(data: bytes) -> Any:
        if len(data) != 15 or not data.startswith(_NAT64_PREFIX):
            return decode_any(data)
        return int.from_bytes(data[7:], "little")

    return decode


def _principal_encoder(encode_any: Encode) -> Encode:
    def encode(value: Any) -> bytes:
        if type(value) is not kybra.Principal or len(value.bytes) > 29:
            return encode_any(value)
        raw: bytes = value.bytes
        return _PRINCIPAL_PREFIX + _SHORT_LENGTHS[len(raw)] + raw

    return encode
