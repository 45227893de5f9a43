"""Running the application: uvicorn on one thread, until SIGINT or SIGTERM.

Stopping takes no more requests, answers who waits and ends. A round that fails stops the server too: the state on disk
is that of the last commit, and opening it anew is the only safe way on.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from math import ceil
from typing import Final, cast

import uvicorn

from replica.http.access import is_loopback
from replica.http.app import App
from replica.http.connections import Connections
from replica.http.limits import DEFAULT_LIMITS, Limits
from replica.http.protocol import BoundedProtocol

_GRACE_SECONDS: Final = 5
_FILES_WANTED: Final = 16_384
_FILES_KEPT: Final = 64
"""For the store, the logs and requests that canisters make."""
_BACKLOG: Final = 2_048


def local_url(listening: socket.socket) -> str:
    """Where this machine reaches a server that listens on the socket."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  # compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
    def __init__(self, app: App, *, limits: Limits = DEFAULT_LIMITS) -> None:
        config = uvicorn.Config(
            app,
            http=protocol_with(limits),
            lifespan="on",
            ws="none",
            access_log=False,
            log_level="error",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            timeout_keep_alive=ceil(limits.idle_seconds),
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


def protocol_with(limits: Limits) -> type[asyncio.Protocol]:
    """What uvicorn makes for each connection; all of them share the places that `limits` give."""
    limits = replace(limits, connections_max=min(limits.connections_max, _open_files_max() - _FILES_KEPT))
    protocol = partial(BoundedProtocol, limits=limits, places=Connections(limits))
    return cast("type[asyncio.Protocol]", protocol)  # a callable is all that uvicorn needs


def _open_files_max() -> int:
    """Each connection is an open file; shells allow few of them unless a process asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def _warn(host: str) -> None:
    print(
        f"The replica listens on {host}, beyond this machine. Anyone who reaches it can create canisters, use up disk "
        "and processor, and read whatever canisters answer to anybody. There is no TLS and no rate limit. It is "
        "served under addresses in numbers and names given with --allow-host. See docs/security.md.",
        file=sys.stderr,
    )
