"""The outer DER of public keys whose inside is not fixed in size: SEQUENCE { algorithm, BIT STRING key }."""

from __future__ import annotations

from typing import Final

from replica.ingress.errors import InvalidSignature

_SEQUENCE: Final = 0x30
_BIT_STRING: Final = 0x03


def split_subject_public_key(der: bytes) -> tuple[bytes, bytes]:
    """The algorithm (with its own header) and the key bytes. Raises `InvalidSignature` unless the DER is canonical."""
    body, rest = _read(der, _SEQUENCE)
    _, after_algorithm = _read(body, _SEQUENCE)
    algorithm = body[: len(body) - len(after_algorithm)]
    bits, trailing = _read(after_algorithm, _BIT_STRING)
    if rest or trailing or not bits or bits[0] != 0:
        raise InvalidSignature("malformed public key")
    return algorithm, bits[1:]


def _read(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the element that `der` starts with, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        raise InvalidSignature("malformed public key")
    size, start = der[1], 2
    if size >= 0x80:
        start = 2 + (size & 0x7F)
        size = int.from_bytes(der[2:start], "big")
        # The shortest form is the only one: a key must not have two encodings, hence two principals.
        if der[:start] != der[:1] + _length(size):
            raise InvalidSignature("malformed public key")
    if start + size > len(der):
        raise InvalidSignature("malformed public key")
    return der[start : start + size], der[start + size :]


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    encoded = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(encoded)]) + encoded
