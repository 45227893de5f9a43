"""The front's process, before it serves: takes the sockets it inherited and learns from the core what it must know."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from typing import Final

from replica.processes import frames
from replica.processes.frames import Hello

_PR_SET_PDEATHSIG: Final = 1
_READ_BYTES: Final = 65_536


class CoreGone(Exception):
    """The core ended before it said anything; it has told its own reason."""


def inherit(text: str) -> tuple[socket.socket, socket.socket]:
    """The channel and the listening socket, from what `Front` put on the command line. Raises `CoreGone`."""
    parent, channel, listening = map(int, text.split(","))
    _die_with_parent(parent)
    return socket.socket(fileno=channel), socket.socket(fileno=listening)


def _die_with_parent(parent: int) -> None:
    """Have the system end this process when the core ends, however it ends. Elsewhere the closed channel tells."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise CoreGone


def hello_of(channel: socket.socket) -> Hello:
    """Wait for the first frame of the core. Raises `CoreGone`."""
    unpacker = frames.unpacker()
    while True:
        data = channel.recv(_READ_BYTES)
        if not data:
            raise CoreGone
        unpacker.feed(data)
        for frame in unpacker:
            return Hello(*frame)
