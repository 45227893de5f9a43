"""What of a canister's answer reaches the browser: a status and headers that cannot do more than a page may."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from replica.http.gateway.canister import PageError
from replica.http.gateway.interface import CanisterResponse
from replica.http.messages import Headers, Response
from replica.principal import Principal

_STATUSES: Final = range(200, 600)
# RFC 9110, "Field names" and "Field values": a line break would let a canister write the rest of the response itself.
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_SET_HERE: Final = frozenset(
    (
        *("connection", "content-length", "date", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"),
        *("proxy-authenticate", "proxy-connection", "x-ic-canister-id", "x-request-id"),
    )
)


def for_canister(headers: Headers) -> Headers:
    """As received, but canisters always learn that they may answer uncompressed."""
    kept = tuple((name, value) for name, value in headers if name != b"x-request-id")
    if any(name == b"accept-encoding" and b"identity" in value for name, value in kept):
        return kept
    accepted = next((value for name, value in kept if name == b"accept-encoding"), None)
    identity = b"identity" if accepted is None else accepted + b", identity"
    return (*((name, value) for name, value in kept if name != b"accept-encoding"), (b"accept-encoding", identity))


def for_browser(canister_id: Principal, method: str, response: CanisterResponse, *, request_id: bytes) -> Response:
    """Raises `PageError`. `request_id` are 16 bytes by which this answer is known."""
    if response.status not in _STATUSES:
        raise PageError(f"has status {response.status}, which is none")
    headers = [
        (name.lower().encode(), value.encode())
        for name, value in response.headers
        if _NAME.fullmatch(name) and _VALUE.fullmatch(value) and name.lower() not in _SET_HERE
    ]
    headers += _size_for_head(method, response)
    headers.append((b"x-ic-canister-id", canister_id.text.encode()))
    headers.append((b"x-request-id", str(UUID(bytes=request_id, version=4)).encode()))
    return Response(response.status, tuple(headers), response.body)


def _size_for_head(method: str, response: CanisterResponse) -> Headers:
    """To HEAD a canister may answer how much it would have sent; otherwise the size is what is sent."""
    size = response.header("content-length") or ""
    if method != "HEAD" or response.body or not (size.isascii() and size.isdigit()):
        return ()
    return ((b"content-length", size.encode()),)
