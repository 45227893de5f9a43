"""A copy of a world, served by the replica's own process: how long it takes to start, what it weighs, how fast it is.

A copy, because a process lives in real time and a world does not: it would come back with another time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.figures import Figures
from bench.generate import check_not_dry, generate
from bench.processes import memory_mib, pid_of
from bench.runs import Pair, message_scripts
from parley.addresses import Addresses, is_healthy
from parley.agent import HttpAgent
from parley.modules import make_modules, write_modules
from parley.places import DataDirectory
from parley.processes import Service, wait_until
from parley.temporary import free_ports
from parley.up import UpOptions, replica_service

_START_SECONDS_MAX: Final = 120.0
_SECONDS: Final = 4.0
_MESSAGES_IN_ALL: Final = 20_000


@dataclass(frozen=True, slots=True)
class Served:
    """Seconds from the start of the process to the answer to `/api/v2/status`, and to a canister's first query."""

    status_seconds: float
    query_seconds: float
    memory_mib: float
    """Of all its processes, right after the first answer."""
    messages: Figures


Serve = Callable[[Path, Path, list[Pair]], Served]


def measure_served(world: Path, copy: Path, pairs: list[Pair]) -> Served:
    """Start a replica on `copy`, which is made from `world` now and removed at the end; `pairs` send messages."""
    data = DataDirectory(copy)
    shutil.copytree(world, data.replica)
    try:
        with _started(data) as (service, addresses, started_at):
            status_seconds = time.perf_counter() - started_at
            with HttpAgent(addresses.replica_url, pairs[0].identity) as agent:
                agent.query(pairs[0].user_id, "initial_state", b"DIDL\x00\x00")
            query_seconds = time.perf_counter() - started_at
            pid = pid_of(service)
            weight_mib = sum(memory_mib(pid, "replica").values())
            scripts = message_scripts(addresses.port, pairs, in_all=_MESSAGES_IN_ALL)
            figures = generate(addresses.port, scripts, watched=[(pid, "replica")], seconds=_SECONDS)
            return Served(status_seconds, query_seconds, weight_mib, check_not_dry(figures))
    finally:
        shutil.rmtree(copy)


@contextmanager
def _started(data: DataDirectory) -> Iterator[tuple[Service, Addresses, float]]:
    write_modules(make_modules(), data.allowed_modules)
    (port,) = free_ports(1)
    addresses = Addresses(port=port)
    service = replica_service(UpOptions(data, addresses, pool_target=0))
    started_at = time.perf_counter()
    service.start()
    try:
        wait_until(lambda: is_healthy(addresses.replica_url), service, timeout_seconds=_START_SECONDS_MAX)
        yield service, addresses, started_at
    finally:
        service.stop()
