"""One exchange as the server sees it: a request is read whole, within bounds, and a response is written.

Bodies are bounded twice: each by itself, and all together from their first byte to their answer, since many slow
senders, or many who wait for one long round, could otherwise fill the memory of the process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from replica.http.limits import Limits
from replica.http.messages import Headers, HttpError, Request, Response, overloaded

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_WITHOUT_BODY: Final = (204, 304)


class Bodies:
    """Reads requests; knows how much of them is in memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._size_bytes = 0

    async def read(self, scope: Scope, receive: Receive) -> Request:
        """What is returned counts until it is given to `release`. Raises `HttpError`."""
        self._check_announced(scope)
        body = await self._body(receive)
        return Request(
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=tuple(scope["headers"]),
            body=body,
            peer=(scope.get("client") or ("", 0))[0],
        )

    def release(self, request: Request) -> None:
        """It has its answer."""
        self._size_bytes -= len(request.body)

    def _check_announced(self, scope: Scope) -> None:
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        # The server refuses what is no number; a number of twenty digits is too large in any case.
        if announced.isdigit():
            self._check_size(int(announced[:20]))

    async def _body(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size_bytes = 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise HttpError(400, "The connection was closed before the request was complete.")
                chunk = message.get("body", b"")
                size_bytes += len(chunk)
                self._size_bytes += len(chunk)
                self._check_size(size_bytes)
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        except BaseException:
            self._size_bytes -= size_bytes
            raise

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limits.body_bytes_max:
            raise HttpError(413, f"The request has more than {self._limits.body_bytes_max} bytes.")
        if self._size_bytes > self._limits.bodies_bytes_max:
            raise overloaded("Too much is being received, or waits for its answer; try again later.")


async def write(send: Send, response: Response, more_headers: Headers) -> None:
    """`more_headers` are sent unless the response has its own."""
    has_body = response.status not in _WITHOUT_BODY
    body = response.body if has_body else b""
    headers = list(response.headers)
    # A page may say itself who else may use it; browsers refuse a header that is there twice.
    own = {name for name, _ in response.headers}
    if has_body and b"content-length" not in own:
        headers.append((b"content-length", str(len(body)).encode()))
    headers += [header for header in more_headers if header[0] not in own]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
