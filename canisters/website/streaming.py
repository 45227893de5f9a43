"""Bodies larger than one answer: the first part comes with a token for the next."""

from typing import Any

from canisters.lib import env
from canisters.website import content
from canisters.website.api import StreamingStrategy, StreamingToken
from canisters.website.model.ranges import BODY_BYTES_MAX, body_count


def body(details: dict[str, Any], index: int) -> bytes:
    start = index * BODY_BYTES_MAX
    return content.read(details["r"], start, start + BODY_BYTES_MAX)


def next_token(key: str, encoding: str, details: dict[str, Any], index: int) -> StreamingToken | None:
    if index + 1 >= body_count(details["n"]):
        return None
    return {"key": key, "content_encoding": encoding, "index": index + 1, "sha256": details["h"]}


def strategy(key: str, encoding: str, details: dict[str, Any]) -> StreamingStrategy | None:
    token = next_token(key, encoding, details, 0)
    if token is None:
        return None
    return {"Callback": {"callback": (env.canister_id(), "http_request_streaming_callback"), "token": token}}
