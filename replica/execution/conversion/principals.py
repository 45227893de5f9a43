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
    if type(value) is kybra.Principal:
        # Most are what the platform handed out; those need no detour through text and checksum.
        raw = value.bytes
        if type(raw) is bytes and len(raw) <= BYTES_MAX:
            return raw
    text = value.to_str()
    if not isinstance(text, str):
        raise TypeError(f"Expected type 'str' but '{type(text).__name__}' found")
    return _parse(text)


def service_bytes(value: Any) -> bytes:
    """The bytes of the principal that a service object stands for."""
    principal = value.canister_id
    try:
        return principal_bytes(principal)
    except PrincipalTextError as error:
        # Kybra names the class twice here.
        raise TypeError(f"TypeError: Could not convert value to Principal: {error.reason}") from None


class PrincipalTextError(TypeError):
    """Canister code sees it as a plain TypeError."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"could not convert value to Principal: {reason}")
        self.reason = reason


PrincipalTextError.__name__ = "TypeError"


def _parse(text: str) -> bytes:
    compact = text.replace("-", "").upper()
    try:
        decoded = base64.b32decode(compact + "=" * (-len(compact) % 8))
    except ValueError:
        raise PrincipalTextError("Text must be in valid Base32 encoding.") from None
    checksum, raw = decoded[:_CHECKSUM_BYTES], decoded[_CHECKSUM_BYTES:]
    if len(checksum) < _CHECKSUM_BYTES:
        raise PrincipalTextError("Text is too short.")
    if len(raw) > BYTES_MAX:
        raise PrincipalTextError("Text is too long.")
    if zlib.crc32(raw).to_bytes(_CHECKSUM_BYTES, "big") != checksum:
        raise PrincipalTextError("CRC32 check sequence doesn't match with calculated from Principal bytes.")
    expected = Principal(raw).text
    if text.lower() != expected:
        raise PrincipalTextError(f'Text should be separated by - (dash) every 5 characters: expected "{expected}"')
    return raw
