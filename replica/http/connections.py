"""The connections that are open, and how long each may take for what it is doing.

A connection is always in one phase, and each phase but one has an end:

    HEAD      the start of a request is awaited or arriving     head_seconds
    BODY      its body is arriving                              body_seconds
    ANSWER    the handler has it                                (the handler's own timeouts)
    IDLE      answered; the next request may come               idle_seconds

Besides, whoever does not take what was sent to it is cut off when nothing has moved for `stall_seconds`. One sweep a
second looks at all connections, because a timer for each request would cost more than the request's parsing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Final, Protocol

from replica.http.access import is_loopback
from replica.http.limits import Limits

_REFUSALS_MAX: Final = 64
"""Connections that may still be told that there is no room for them; more are cut off without a word."""


class Phase(Enum):
    HEAD = auto()
    BODY = auto()
    ANSWER = auto()
    IDLE = auto()


class Connection(Protocol):
    address: str
    phase: Phase
    phase_began_at: float

    def unsent_bytes(self) -> int: ...
    def end(self, phase: Phase) -> None:
        """The time for `phase` is over."""
        ...

    def cut(self) -> None:
        """Let go at once, whatever is still to be sent."""
        ...


class Connections:
    def __init__(self, limits: Limits, now: Callable[[], float] | None = None) -> None:
        """`now` is in seconds; the event loop's time unless a test has its own."""
        self._limits = limits
        self._now = now
        self._open: dict[Connection, tuple[int, float]] = {}
        """With how much was unsent when that last changed, and when that was."""
        self._by_address: Counter[str] = Counter()
        self._refused: set[Connection] = set()
        self._sweep: asyncio.TimerHandle | None = None
        self._seconds = {
            Phase.HEAD: limits.head_seconds,
            Phase.BODY: limits.body_seconds,
            Phase.IDLE: limits.idle_seconds,
        }

    def now(self) -> float:
        return asyncio.get_running_loop().time() if self._now is None else self._now()

    def admit(self, connection: Connection) -> int | None:
        """None, or the status with which to refuse it: 503 if all places are taken, 429 if its address has too many."""
        status = self._refusal(connection)
        if status is None:
            self._by_address[_group(connection.address)] += 1
            self._open[connection] = (0, self.now())
        elif len(self._refused) < _REFUSALS_MAX:
            self._refused.add(connection)
        else:
            connection.cut()
        if self._sweep is None:
            self._schedule()
        return status

    def forget(self, connection: Connection) -> None:
        self._refused.discard(connection)
        if self._open.pop(connection, None) is not None:
            group = _group(connection.address)
            self._by_address[group] -= 1
            if not self._by_address[group]:
                del self._by_address[group]

    def sweep(self) -> None:
        """End what has taken too long."""
        now = self.now()
        for connection in list(self._open):
            self._check_stall(connection, now)
            self._check_phase(connection, now)
        for connection in list(self._refused):
            self._check_phase(connection, now)

    def _refusal(self, connection: Connection) -> int | None:
        if len(self._open) >= self._limits.connections_max:
            return 503
        # On loopback everybody has the same address, a proxy's clients included.
        if not self._limits.counts_loopback and is_loopback(connection.address):
            return None
        is_full = self._by_address[_group(connection.address)] >= self._limits.connections_per_address_max
        return 429 if is_full else None

    def _check_stall(self, connection: Connection, now: float) -> None:
        unsent_bytes, since = self._open[connection]
        found_bytes = connection.unsent_bytes()
        if not found_bytes or found_bytes != unsent_bytes:
            self._open[connection] = (found_bytes, now)
        elif now - since > self._limits.stall_seconds:
            connection.cut()

    def _check_phase(self, connection: Connection, now: float) -> None:
        seconds = self._seconds.get(connection.phase)
        if seconds is not None and now - connection.phase_began_at > seconds and not connection.unsent_bytes():
            connection.end(connection.phase)

    def _schedule(self) -> None:
        """Sweep from time to time for as long as there is somebody."""
        self._sweep = None
        if self._open or self._refused:
            self._sweep = asyncio.get_running_loop().call_later(self._limits.sweep_seconds, self._sweep_and_schedule)

    def _sweep_and_schedule(self) -> None:
        self.sweep()
        self._schedule()


def _group(address: str) -> str:
    """Who counts as one: an IPv4 address, or the IPv6 network that a customer is commonly given."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))
