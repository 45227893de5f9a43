"""HTTP/1.1 on one connection: uvicorn's, with a bound on what a request may send besides its body.

The parser collects a header or a trailer for as long as it lasts, and bodies in tiny chunks are mostly framing. The
body itself is bounded by the application, which sees it.
"""

from __future__ import annotations

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX: Final = 256 * 1024


class BoundedProtocol(HttpToolsProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_reading = False
        self._received_bytes = 0
        """Of the request that is being read, without its body."""

    def data_received(self, data: bytes) -> None:
        self._received_bytes += len(data)
        super().data_received(data)
        if self._is_reading and self._received_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response(f"The request has more than {HEAD_BYTES_MAX} bytes besides its body.")

    def on_message_begin(self) -> None:
        self._is_reading = True
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._received_bytes -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_reading = False
        self._received_bytes = 0
        super().on_message_complete()
