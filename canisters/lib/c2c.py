"""Messages between canisters: one MessagePack map inside one Candid blob, there and back.

Requests carry `"v": 1`. Unknown keys are ignored, absent keys have defaults, and no key ever changes meaning or type,
so canisters on different versions go on talking. A reply is a map with one key that names the case. What a reader
cannot decode raises `C2cError`: it traps the callee, and the caller sees a reject instead of a garbled value.

`call` is driven with `yield from` and answers `{"Ok": reply}` or `{"Err": text}`; a refusal is a value, never raised.
"""

from collections.abc import Generator
from typing import Any

import msgpack
from kybra import Principal, ic

PROTOCOL_VERSION = 1
MESSAGE_BYTES_MAX = 2_000_000

# Candid for one argument of type blob: no types but `vec nat8`, then the length and the bytes. Kybra's raw calls take
# whole Candid messages; writing these few bytes by hand saves a declared service class per method.
BLOB_PREFIX = b"DIDL\x01\x6d\x7b\x01\x00"


class C2cError(Exception):
    """A message from another canister is not what the protocol says."""


def encode(message: dict[str, Any]) -> bytes:
    return msgpack.packb(message)


def decode(payload: bytes) -> dict[str, Any]:
    if len(payload) > MESSAGE_BYTES_MAX:
        raise C2cError("the message is too large")
    try:
        message = msgpack.unpackb(payload)
    except Exception as error:  # the library raises a family of its own besides ValueError and TypeError
        raise C2cError("the message is not MessagePack") from error
    if not isinstance(message, dict):
        raise C2cError("the message is not a map")
    return message


def request(**fields: Any) -> dict[str, Any]:
    fields["v"] = PROTOCOL_VERSION
    return fields


def call(canister_id: bytes, method: str, message: dict[str, Any]) -> Generator[Any, Any, dict[str, Any]]:
    """Call another canister; `{"Err": text}` if it refused, is gone, or answered something that is not a reply."""
    result = yield ic.call_raw(Principal(canister_id), method, to_candid(encode(message)), 0)
    if result.Err is not None:
        return {"Err": result.Err}
    try:
        reply = decode(from_candid(result.Ok))
        case(reply)
    except C2cError as error:
        return {"Err": f"{method} answered badly: {error}"}
    return {"Ok": reply}


def notify(canister_id: bytes, method: str, message: dict[str, Any]) -> bool:
    """Send a message whose answer nobody waits for. False if it could not even be queued."""
    result = ic.notify_raw(Principal(canister_id), method, to_candid(encode(message)), 0)
    return "Ok" in result


def case(reply: dict[str, Any]) -> tuple[str, Any]:
    """The one case of a reply and its payload."""
    for name, payload in reply.items():
        return name, payload
    raise C2cError("the reply is empty")


def to_candid(payload: bytes) -> bytes:
    length = len(payload)
    digits = bytearray()
    while length > 0x7F:
        digits.append(length & 0x7F | 0x80)
        length >>= 7
    digits.append(length)
    return BLOB_PREFIX + bytes(digits) + payload


def from_candid(data: bytes) -> bytes:
    if data[: len(BLOB_PREFIX)] != BLOB_PREFIX:
        raise C2cError("the answer is not a blob")
    position = len(BLOB_PREFIX)
    length = shift = 0
    while True:
        if position >= len(data) or shift > 28:
            raise C2cError("the answer is cut off")
        digit = data[position]
        length |= (digit & 0x7F) << shift
        position += 1
        shift += 7
        if digit < 0x80:
            break
    if len(data) - position != length:
        raise C2cError("the answer is cut off")
    return data[position:]
