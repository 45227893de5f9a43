"""Running the application: uvicorn on one thread, until SIGINT or SIGTERM.

Stopping finishes the round that is due, answers who waits for it and closes the store. A round that fails stops the
server too: the state on disk is that of the last commit, and opening it anew is the only safe way on.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from replica.clock import Clock
from replica.http.access import is_loopback
from replica.http.app import create_app
from replica.http.limits import DEFAULT_LIMITS, Limits
from replica.http.local_core import LocalReplica
from replica.http.operator.access import OperatorAccess
from replica.http.protocol import BoundedProtocol
from replica.rng import Rng

_GRACE_SECONDS: Final = 5


def serve(
    replica: LocalReplica,
    host: str,
    port: int,
    *,
    clock: Clock | None = None,
    rng: Rng | None = None,
    website_file: Path | None = None,
    allowed_hosts: frozenset[str] = frozenset(),
    limits: Limits = DEFAULT_LIMITS,
    operator: OperatorAccess | None = None,
) -> int:
    """Serve until told to stop; returns the exit code of the process."""
    if not is_loopback(host):
        _warn(host)
    has_failed: list[bool] = []

    def fail() -> None:
        has_failed.append(True)
        server.should_exit = True

    app = create_app(
        replica,
        clock=clock,
        rng=rng,
        website_file=website_file,
        allowed_hosts=allowed_hosts,
        limits=limits,
        on_failure=fail,
        operator=operator,
    )
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
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
    )
    # What is loaded by now stays. Without this, each full collection would walk every canister in memory.
    gc.collect()
    gc.freeze()
    server.run()
    return 1 if has_failed else 0


class _Server(uvicorn.Server):
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
