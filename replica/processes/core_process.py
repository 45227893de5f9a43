"""The core's process: starts the front, connects it, starts it anew when it dies, and ends with it.

The front is the same program with the same arguments and two inherited sockets: the one that listens, and its end of a
channel. It loads while the core opens its state, and waits for the first frame. The system kills it when the core dies,
so that nobody keeps the address.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from typing import Final

from replica.clock import WallClock
from replica.http.local_core import LocalCore
from replica.processes.core_side import CoreSide
from replica.processes.frames import Hello
from replica.routing.replica import Replica

FRONT_ARGUMENT: Final = "--as-front"
_STOP_SECONDS_MAX: Final = 8.0
_RESTARTS_MAX: Final = 5
_RESTART_WINDOW_SECONDS: Final = 60.0

_log = logging.getLogger(__name__)


class FrontProcess:
    """A child that can be started again. `channel` is the core's end of the present one's."""

    channel: socket.socket

    def __init__(self, listening: socket.socket, arguments: Sequence[str]) -> None:
        self._listening = listening
        self._arguments = arguments
        self.start()

    def start(self) -> None:
        self.channel, theirs = socket.socketpair()
        with theirs:
            descriptors = theirs.fileno(), self._listening.fileno()
            inherited = ",".join(map(str, (os.getpid(), *descriptors)))
            command = [sys.executable, "-m", "replica", *self._arguments, FRONT_ARGUMENT, inherited]
            self._process = subprocess.Popen(command, pass_fds=descriptors, stdin=subprocess.DEVNULL)  # noqa: S603  # our own program

    def terminate(self) -> None:
        self._process.terminate()

    def end(self) -> None:
        """It has closed its channel, or must."""
        self._process.kill()
        self._process.wait()


class CoreProcess:
    def __init__(self, replica: Replica, clock: WallClock, front: FrontProcess, *, operator_token: str) -> None:
        self._replica = replica
        self._clock = clock
        self._core = LocalCore(replica, clock, on_failure=self._fail)
        self._front = front
        self._operator_token = operator_token
        self._deaths: deque[float] = deque(maxlen=_RESTARTS_MAX)
        self._stopping = asyncio.Event()
        self._front_closed = asyncio.Event()
        self._has_failed = False

    async def run(self) -> int:
        """Until told to stop; returns the exit code of the process."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        await self._core.start()
        await self._connect()
        await self._stopping.wait()
        await self._stop()
        return 1 if self._has_failed else 0

    async def _connect(self) -> None:
        replica = self._replica
        keys = replica.root_key_der, replica.subnet_id, replica.node_id, replica.node_key.seed
        hello = Hello(*keys, self._operator_token, self._clock.ahead_ns())
        self._front.channel.setblocking(False)
        await asyncio.get_running_loop().create_connection(
            lambda: CoreSide(self._core, hello, on_closed=self._closed), sock=self._front.channel
        )

    def _closed(self) -> None:
        if self._stopping.is_set():
            self._front_closed.set()
            return
        self._front.end()
        loop = asyncio.get_running_loop()
        self._deaths.append(loop.time())
        if len(self._deaths) == _RESTARTS_MAX and loop.time() - self._deaths[0] < _RESTART_WINDOW_SECONDS:
            _log.critical("the process for HTTP keeps ending; the replica stops")
            self._give_up()
            return
        _log.error("the process for HTTP ended and is started again")
        self._connecting = loop.create_task(self._start_again())

    async def _start_again(self) -> None:
        try:
            self._front.start()
            await self._connect()
        except OSError:
            _log.critical("the process for HTTP cannot be started again; the replica stops", exc_info=True)
            self._give_up()

    def _give_up(self) -> None:
        self._front_closed.set()
        self._fail()

    def _fail(self) -> None:
        self._has_failed = True
        self._stopping.set()

    async def _stop(self) -> None:
        """The front first: it takes no more and answers who waits, for which rounds must go on."""
        self._front.terminate()
        try:
            await asyncio.wait_for(self._front_closed.wait(), _STOP_SECONDS_MAX)
        except TimeoutError:
            _log.warning("the process for HTTP did not stop in time")
        self._front.end()
        await self._core.stop()
