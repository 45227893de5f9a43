"""Running the application: uvicorn on one thread, until SIGINT or SIGTERM.

Stopping takes no more requests, answers who waits and ends. A round that fails stops the server too: the state on disk
is that of the last commit, and opening it anew is the only safe way on.
"""

from __future__ import annotations

import gc
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from replica.http.access import is_loopback
from replica.http.app import App
from replica.http.protocol import BoundedProtocol

_GRACE_SECONDS: Final = 5
_BACKLOG: Final = 2_048


def listen(host: str, port: int) -> socket.socket:
    """Take the address. Raises `OSError`."""
    if not is_loopback(host):
        _warn(host)
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(address)
    listening.listen(_BACKLOG)
    return listening


class Server(uvicorn.Server):
    def __init__(self, app: App) -> None:
        config = uvicorn.Config(
            app,
            http=BoundedProtocol,
            lifespan="on",
            ws="none",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=60,
        )
        super().__init__(config)

    def serve_on(self, listening: socket.socket) -> None:
        """Serve until told to stop."""
        # What is loaded by now stays. Without this, each full collection would walk every canister in memory.
        gc.collect()
        gc.freeze()
        self.run(sockets=[listening])

    def stop(self) -> None:
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As in uvicorn, but stopping when asked to is a success: the signal is not raised again afterwards."""
        previous = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def _warn(host: str) -> None:
    print(
        f"The replica listens on {host}, beyond this machine. Anyone who reaches it can create canisters, use up disk "
        "and processor, and read whatever canisters answer to anybody. There is no TLS and no rate limit.",
        file=sys.stderr,
    )
