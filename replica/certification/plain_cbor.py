"""Reading CBOR from strangers: maps, arrays, strings and numbers, nothing else.

cbor2 knows tags for references, dates, decimals and more. References let a few bytes stand for an exponentially large
or endless value, and none of the tags has a place in the protocol, so only the self-describing tag is let through.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final, NoReturn

import cbor2

SELF_DESCRIBE_TAG: Final = b"\xd9\xd9\xf7"

_STRINGS: Final = (2, 3)
_TAGS_CBOR2_KNOWS: Final = (
    *(0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54),
    *(100, 256, 258, 260, 261, 1004, 43_000),
)


class PlainCborError(ValueError):
    """The bytes are not one CBOR value of the allowed kinds."""


def load_plain(data: bytes, *, nesting_max: int, keys_are_strings: bool = True) -> Any:
    """Decode exactly one value; a leading self-describing tag is dropped. Raises `PlainCborError`."""
    stream = BytesIO(data.removeprefix(SELF_DESCRIBE_TAG))
    decoder = cbor2.CBORDecoder(
        stream,
        tag_hook=_refuse_tag,
        semantic_decoders=_REFUSED,
        max_depth=nesting_max,
        allow_duplicate_keys=False,
        strict_hashable_types=keys_are_strings,
    )
    try:
        value = decoder.decode()
    except Exception as error:
        # cbor2 raises its own errors for most bad input, and whatever Python raises for the rest.
        raise PlainCborError(f"not CBOR: {error}") from error
    if stream.read(1):
        raise PlainCborError("not CBOR: bytes follow the value")
    return value


def count_heads(data: bytes, enough: int) -> int:
    """How many values `data` holds, keys and containers included, without decoding any; stops above `enough`.

    Decoding many small values takes long, so whoever bounds them asks here first. Says nothing about whether the
    bytes are well-formed. RFC 8949 §3.
    """
    count = at = 0
    while at < len(data) and count <= enough:
        kind, info = divmod(data[at], 32)
        at += 1
        argument = info
        if 24 <= info < 28:
            size = 1 << (info - 24)
            argument = int.from_bytes(data[at : at + size], "big")
            at += size
        if kind in _STRINGS and info < 28:
            at += argument
        count += 1
    return count


def _refuse_tag(*_: object) -> NoReturn:
    raise PlainCborError("tags are not allowed")


_REFUSED: Final = dict.fromkeys(_TAGS_CBOR2_KNOWS, _refuse_tag)
