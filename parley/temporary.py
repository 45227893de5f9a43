"""A whole system as real processes on free ports, for as long as somebody needs it: tests, load runs, benchmarks."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parley.addresses import DEFAULT_HOST, Addresses
from parley.deployment import Deployment
from parley.places import DataDirectory
from parley.processes import Service, stop_all
from parley.up import UpOptions, start


@dataclass(frozen=True, slots=True)
class RunningSystem:
    data: DataDirectory
    addresses: Addresses
    deployment: Deployment
    replica: Service
    relay: Service


@contextmanager
def temporary_system(
    folder: Path, report: Callable[[str], None] = lambda _: None, *, pool_target: int = 20, processes: int = 2
) -> Iterator[RunningSystem]:
    """Start replica and relay with their data in `folder`, deploy, and stop both at the end."""
    data = DataDirectory(folder)
    addresses = Addresses(DEFAULT_HOST, *free_ports(2))
    services: list[Service] = []
    try:
        deployment = start(UpOptions(data, addresses, pool_target, processes=processes), services, report)
        replica, relay = services
        yield RunningSystem(data, addresses, deployment, replica, relay)
    finally:
        stop_all(services)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; all held open while they are chosen, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((DEFAULT_HOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
