"""What the processes of a running system use: processor time, and memory that is theirs.

A service may have children (the replica executes in one process and speaks HTTP in another); each is told apart by what
it was started as, and counted by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import psutil

from parley.problems import Problem
from parley.processes import Service

_AS: Final = "--as-"


@dataclass(slots=True)
class ProcessorTime:
    """Seconds that each process of a service computed, in user and system mode; filled when the block ends."""

    seconds: dict[str, float] = field(default_factory=dict)

    def micros_per(self, count: int) -> dict[str, float]:
        return {name: seconds / count * 1e6 for name, seconds in self.seconds.items()} if count else {}


@contextmanager
def processor_time(pid: int, name: str) -> Iterator[ProcessorTime]:
    """Of process `pid`, called `name`, and of its children, while the block runs."""
    used = ProcessorTime()
    before = _seconds(pid, name)
    yield used
    used.seconds = {each: seconds - before.get(each, 0.0) for each, seconds in _seconds(pid, name).items()}


def memory_mib(pid: int, name: str) -> dict[str, float]:
    """Resident memory of each process; pages that several share are split evenly between them (PSS)."""
    return {each: _memory_bytes(process) / 2**20 for each, process in _family(pid, name)}


def pid_of(service: Service) -> int:
    if service.process is None:
        raise Problem(f"The {service.name} does not run.")
    return service.process.pid


def _seconds(pid: int, name: str) -> dict[str, float]:
    seconds = {}
    for each, process in _family(pid, name):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds[each] = times.user + times.system
    return seconds


def _memory_bytes(process: psutil.Process) -> int:
    full = process.memory_full_info()
    return int(getattr(full, "pss", full.rss))  # PSS is known on Linux


def _family(pid: int, name: str) -> list[tuple[str, psutil.Process]]:
    """The process and all below it, with names that stay the same while they live."""
    parent = psutil.Process(pid)
    family = [(name, parent)]
    for number, child in enumerate(sorted(parent.children(recursive=True), key=lambda each: each.pid), start=1):
        with suppress(psutil.NoSuchProcess):
            family.append((f"{name}: {_part(child.cmdline()) or f'child {number}'}", child))
    return family


def _part(command: list[str]) -> str:
    """`front` of a child that was started `--as-front`; nothing for children that do not say what they are."""
    return next((word.removeprefix(_AS) for word in command if word.startswith(_AS)), "")
