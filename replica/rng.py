"""The only place the replica takes chance from."""

from __future__ import annotations

import hashlib
import os
from typing import Protocol


class Rng(Protocol):
    def bytes(self, count: int) -> bytes: ...


class SystemRng:
    """The operating system's entropy."""

    def bytes(self, count: int) -> bytes:
        return os.urandom(count)


class SeededRng:
    """The same bytes for the same seed; for tests and simulation, never for keys that matter."""

    def __init__(self, seed: int) -> None:
        self._state = hashlib.sha256(b"parley rng" + seed.to_bytes(32, "big", signed=True)).digest()
        self._counter = 0

    def bytes(self, count: int) -> bytes:
        output = b""
        while len(output) < count:
            output += hashlib.sha256(self._state + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
        return output[:count]
