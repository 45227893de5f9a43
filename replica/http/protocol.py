"""HTTP/1.1 on one connection: uvicorn's, with bounds on what a client may send besides bodies and how long it may take.

The parser collects a header or a trailer for as long as it lasts, and bodies in tiny chunks are mostly framing. The
body itself is bounded by the application, which sees it. How long each phase may last is `connections.py`'s.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from replica.http.connections import Connections, Phase
from replica.http.limits import Limits

_TEXTS: Final = {
    400: "Bad Request",
    408: "Request Timeout",
    429: "Too Many Requests",
    503: "Service Unavailable",
}
_REFUSALS: Final = {
    429: "Too many connections from this address; try again later.",
    503: "Too many connections; try again later.",
}


class BoundedProtocol(HttpToolsProtocol):
    def __init__(self, *args: Any, limits: Limits, places: Connections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = ""
        self.phase = Phase.HEAD
        self.phase_began_at = 0.0
        self._limits = limits
        self._places = places
        self._refusal: int | None = None
        self._is_reading = False
        self._part = Phase.HEAD
        """Of the request that is being read."""
        self._unanswered_count = 0
        self._received_bytes = 0
        """Of the request that is being read, without its body."""

    # -- The connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn asks for a stream's transport
        self.address = self.client[0] if self.client else ""
        self._enter(Phase.HEAD)
        self._refusal = self._places.admit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._places.forget(self)
        super().connection_lost(exc)

    def unsent_bytes(self) -> int:
        return self.transport.get_write_buffer_size()

    def end(self, phase: Phase) -> None:
        """Say why, unless nothing was asked or an answer is on its way."""
        has_answer = phase is Phase.BODY and self.cycle.response_started
        if self.transport.is_closing() or not self._is_reading or has_answer:
            self.transport.close()
        else:
            self._refuse(408, "The request did not arrive in time.")

    def cut(self) -> None:
        self.transport.abort()

    def _refuse(self, status: int, text: str) -> None:
        retry = "retry-after: 1\r\n" if status in _REFUSALS else ""
        self.transport.write(
            f"HTTP/1.1 {status} {_TEXTS[status]}\r\ncontent-type: text/plain; charset=utf-8\r\n{retry}"
            f"content-length: {len(text)}\r\nconnection: close\r\n\r\n{text}".encode("ascii")
        )
        self.transport.close()

    # -- What arrives ------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None:
            # Answered once something has come in: to close earlier could lose the answer on its way.
            self._refuse(self._refusal, _REFUSALS[self._refusal])
            return
        self._received_bytes += len(data)
        super().data_received(data)
        if self._is_reading and self._received_bytes > self._limits.head_bytes_max and not self.transport.is_closing():
            self._refuse(400, f"The request has more than {self._limits.head_bytes_max} bytes besides its body.")

    def on_message_begin(self) -> None:
        self._is_reading = True
        self._part = Phase.HEAD
        self._enter_next()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._part = Phase.BODY
        self._unanswered_count += 1
        self._enter_next()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._received_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_reading = False
        self._received_bytes = 0
        self._enter_next()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._unanswered_count -= 1
        self._enter_next()
        super().on_response_complete()

    def _enter_next(self) -> None:
        """The first request that is not answered sets the phase: what is sent ahead waits for its turn."""
        is_first = self._unanswered_count <= (self._part is Phase.BODY)
        if self._is_reading and is_first:
            self._enter(self._part)
        else:
            self._enter(Phase.ANSWER if self._unanswered_count else Phase.IDLE)

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.phase_began_at = self._places.now()
