"""Runs against the bare ceiling: its server, and requests as signed as those to Parley."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.figures import Figures
from bench.generate import generate
from bench.requests_file import write_scripts
from bench.runs import CLIENTS, Pair, message_scripts
from parley.identity import FastIdentity
from parley.places import ROOT
from parley.problems import Problem
from parley.temporary import free_ports
from replica.principal import Principal

_START_SECONDS_MAX: Final = 10
_REQUESTS_IN_ALL: Final = {1: 25_000, 16: 100_000, 64: 130_000}


class Ceiling:
    """Its requests are made once: every run has a server with an empty store, so they are new each time."""

    def __init__(self, folder: Path) -> None:
        (self._port,) = free_ports(1)
        self._scripts = {clients: self._write(folder / f"ceiling-{clients}", clients) for clients in CLIENTS}

    def run(self, clients: int, seconds: float) -> Figures:
        with bare_ceiling(self._port) as pid:
            watched = [(pid, "ceiling")]
            return generate(self._port, self._scripts[clients], watched=watched, seconds=seconds)

    def _write(self, path: Path, clients: int) -> Path:
        return write_scripts(path, message_scripts(self._port, _pairs(clients), in_all=_REQUESTS_IN_ALL[clients]))


@contextmanager
def bare_ceiling(port: int) -> Iterator[int]:
    """The server of `bench.ceiling`, for as long as the block runs; its process id."""
    with tempfile.TemporaryDirectory(prefix="parley-ceiling-") as folder:
        command = [sys.executable, "-m", "bench.ceiling", str(port), folder]
        server = subprocess.Popen(command, cwd=ROOT)  # noqa: S603  # our own command
        try:
            wait_for_port(port, seconds_max=_START_SECONDS_MAX)
            yield server.pid
        finally:
            server.terminate()
            server.wait()


def wait_for_port(port: int, *, seconds_max: float) -> None:
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Problem(f"Nothing listens on port {port} after {seconds_max:.0f} s.")


def _pairs(count: int) -> list[Pair]:
    """People who exist only as keys; the ceiling asks for no more."""
    return [
        Pair(FastIdentity(os.urandom(32)), Principal.from_counter(index), Principal.from_counter(index + 1000))
        for index in range(count)
    ]
