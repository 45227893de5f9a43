"""Principals: the identities of users and canisters, and their text form.

A principal is at most 29 bytes. `Principal` is a `bytes`, so it can be a dictionary key, a database key or a CBOR
byte string without conversion; the text form is derived. Interface spec, "Principals".
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Final

_MAX_BYTES: Final = 29
_SELF_AUTHENTICATING: Final = 0x02


class PrincipalError(ValueError):
    """The text or the bytes are not a principal."""


class Principal(bytes):
    """The bytes of a principal; `text` is its canonical form with checksum and dashes."""

    __slots__ = ()

    def __new__(cls, raw: bytes = b"") -> Principal:
        if len(raw) > _MAX_BYTES:
            raise PrincipalError(f"a principal has at most {_MAX_BYTES} bytes, not {len(raw)}")
        return super().__new__(cls, raw)

    @classmethod
    def from_text(cls, text: str) -> Principal:
        """Read the canonical text form; anything that would print differently is refused."""
        compact = text.replace("-", "")
        try:
            raw = base64.b32decode(compact.upper() + "=" * (-len(compact) % 8))
        except ValueError as error:
            raise PrincipalError(f"not a principal: {text!r}") from error
        if len(raw) < 4:
            raise PrincipalError(f"not a principal: {text!r}")
        principal = cls(raw[4:])
        # Re-encoding catches a bad checksum, upper case and misplaced dashes in one comparison.
        if principal.text != text:
            raise PrincipalError(f"not the canonical text of a principal: {text!r}")
        return principal

    @classmethod
    def self_authenticating(cls, public_key_der: bytes) -> Principal:
        """The principal of whoever holds the private key to `public_key_der`."""
        return cls(hashlib.sha224(public_key_der).digest() + bytes([_SELF_AUTHENTICATING]))

    @classmethod
    def from_counter(cls, counter: int) -> Principal:
        """The id of the canister with this number on a real subnet: big-endian u64, then 01 01."""
        return cls(counter.to_bytes(8, "big") + b"\x01\x01")

    @property
    def text(self) -> str:
        checksum = zlib.crc32(self).to_bytes(4, "big")
        compact = base64.b32encode(checksum + self).decode().lower().rstrip("=")
        return "-".join(compact[i : i + 5] for i in range(0, len(compact), 5))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Principal({self.text})"


ANONYMOUS: Final = Principal(b"\x04")
MANAGEMENT: Final = Principal(b"")
