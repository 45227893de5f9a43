"""`kybra.Principal` objects to bytes, and the errors of the Rust library that Kybra hands their text to."""

from __future__ import annotations

import base64
import zlib
from typing import Any, Final

import kybra

from replica.principal import Principal

BYTES_MAX: Final = 29
_CHECKSUM_BYTES: Final = 4


def principal_bytes(value: Any) -> bytes:
    """The bytes of whatever has a `to_str` that gives the text of a principal."""
    try:
        return _bytes_of(value)
    except _TextError as error:
        raise TypeError(f"could not convert value to Principal: {error}") from None


def service_bytes(value: Any) -> bytes:
    """The bytes of the principal that a service object stands for."""
    try:
        return _bytes_of(value.canister_id)
    except _TextError as error:
        # Kybra names the class twice here.
        raise TypeError(f"TypeError: Could not convert value to Principal: {error}") from None


class _TextError(Exception):
    """A text that is not that of a principal, in the words of the Rust library."""


def _bytes_of(value: Any) -> bytes:
    if type(value) is kybra.Principal:
        # Most are what the platform handed out; those need no detour through text and checksum.
        raw = value.bytes
        if type(raw) is bytes and len(raw) <= BYTES_MAX:
            return raw
    text = value.to_str()
    if not isinstance(text, str):
        raise TypeError(f"Expected type 'str' but '{type(text).__name__}' found")
    return _parse(text)


def _parse(text: str) -> bytes:
    decoded = _decode_base32(text.replace("-", "").upper())
    checksum, raw = decoded[:_CHECKSUM_BYTES], decoded[_CHECKSUM_BYTES:]
    if len(checksum) < _CHECKSUM_BYTES:
        raise _TextError("Text is too short.")
    if len(raw) > BYTES_MAX:
        raise _TextError("Text is too long.")
    if zlib.crc32(raw).to_bytes(_CHECKSUM_BYTES, "big") != checksum:
        raise _TextError("CRC32 check sequence doesn't match with calculated from Principal bytes.")
    expected = Principal(raw).text
    if text.lower() != expected:
        raise _TextError(f'Text should be separated by - (dash) every 5 characters: expected "{expected}"')
    return raw


def _decode_base32(compact: str) -> bytes:
    try:
        decoded = base64.b32decode(compact + "=" * (-len(compact) % 8))
    except ValueError:
        decoded = b""
    # Rust's decoder refuses bits that are left over; Python's drops them.
    if base64.b32encode(decoded).decode().rstrip("=") != compact:
        raise _TextError("Text must be in valid Base32 encoding.")
    return decoded
