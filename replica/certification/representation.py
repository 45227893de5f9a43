"""The representation-independent hash: one hash for a map however it was encoded on the way.

Request ids, delegations and query replies are hashed with it. It covers every key that was received, known or not, so
callers pass decoded maps as they came. Interface spec, "Representation-independent hashing of structured data".
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

_KEYS_SEEN_OFTEN: Final = (
    "request_type canister_id method_name arg sender ingress_expiry nonce paths pubkey expiration targets permissions "
    "status reply reject_code reject_message error_code timestamp request_id"
)
_KEY_HASHES: Final = {key: sha256(key.encode()).digest() for key in _KEYS_SEEN_OFTEN.split()}


class NotHashable(ValueError):
    """The value holds something for which no hash is defined: a float, a boolean, a negative number."""


def hash_map(content: Mapping[str, object]) -> bytes:
    """Members that are None count as absent."""
    pairs = [_hash_key(key) + hash_value(value) for key, value in content.items() if value is not None]
    pairs.sort()
    return sha256(b"".join(pairs)).digest()


def hash_value(value: object) -> bytes:
    if isinstance(value, bytes):
        return sha256(value).digest()
    if isinstance(value, str):
        return sha256(value.encode()).digest()
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return sha256(leb128(value)).digest()
    if isinstance(value, (list, tuple)):
        return sha256(b"".join([hash_value(item) for item in value])).digest()
    if isinstance(value, Mapping):
        return hash_map(value)
    raise NotHashable(f"no hash is defined for {type(value).__name__}")


def leb128(number: int) -> bytes:
    """Unsigned LEB128, as naturals appear in hashes and in leaves of the state tree."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def read_leb128(data: bytes) -> int:
    """The number that `leb128` wrote; what follows it is ignored."""
    number = 0
    for position, byte in enumerate(data):
        number |= (byte & 0x7F) << 7 * position
        if byte < 0x80:
            break
    return number


def _hash_key(key: str) -> bytes:
    known = _KEY_HASHES.get(key)
    if known is not None:
        return known
    if not isinstance(key, str):
        raise NotHashable("keys are text")
    return sha256(key.encode()).digest()
