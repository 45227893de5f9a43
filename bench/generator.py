"""Closed-loop clients over sockets handled by hand: `python -m bench.generator PORT WARM_UP SECONDS FILE MARK`.

A client writes its next request when the last answer has arrived in full. An HTTP library would cost more per request
than the server does. An answer counts if its status is 200 and its body has `MARK` in it ("replied" of a certified or a
query reply); prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, cast

import uvloop

from bench.requests_file import read_scripts

_HEAD_END: Final = b"\r\n\r\n"
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"


@dataclass(slots=True)
class Tally:
    mark: bytes
    starts_at: float
    ends_at: float
    answered: int = 0
    latencies: list[float] = field(default_factory=list)
    failures: int = 0
    failure_example: str = ""
    ran_dry: int = 0


class Client(asyncio.Protocol):
    """One connection that sends one script."""

    def __init__(self, script: list[bytes], tally: Tally, done: asyncio.Future[None]) -> None:
        self._requests = iter(script)
        self._tally = tally
        self._done = done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(_HEAD_END)
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        body_at = head_end + len(_HEAD_END)
        if not _is_complete(head, self._buffer, body_at):
            return
        now = time.perf_counter()
        self._count(head, self._buffer[body_at:], now)
        self._buffer = b""
        if now < self._tally.ends_at:
            self._send()
        else:
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._tally.failures += 1
            self._tally.failure_example = f"the connection was closed: {error}"
            self._done.set_result(None)

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._tally.ran_dry += 1
            self._finish()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def _count(self, head: bytes, body: bytes, now: float) -> None:
        tally = self._tally
        tally.answered += 1
        if not head.startswith(b"http/1.1 200") or tally.mark not in body:
            tally.failures += 1
            tally.failure_example = repr((head[:40] + body)[:300])
        elif tally.starts_at <= now < tally.ends_at:
            tally.latencies.append(now - self._sent_at)

    def _finish(self) -> None:
        if not self._done.done():
            self._done.set_result(None)
        self._transport.close()


def _is_complete(head: bytes, buffer: bytes, body_at: int) -> bool:
    """Whether the answer is there in full, of which no other follows before we ask for it."""
    _, has_length, rest = head.partition(b"content-length:")
    if has_length:
        return len(buffer) - body_at >= int(rest.split(b"\r\n", 1)[0])
    return buffer.endswith(_LAST_CHUNK, body_at)


async def run(
    port: int, warm_up_seconds: float, seconds: float, scripts: list[list[bytes]], mark: bytes
) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    cpu_at, began_at = time.process_time(), time.perf_counter()
    starts_at = began_at + warm_up_seconds
    tally = Tally(mark, starts_at, starts_at + seconds)
    ends = [loop.create_future() for _ in scripts]
    for script, done in zip(scripts, ends, strict=True):
        await loop.create_connection(partial(Client, script, tally, done), "127.0.0.1", port)
    await asyncio.gather(*ends)
    cpu_seconds, ended_at = time.process_time() - cpu_at, time.perf_counter()
    measured_seconds = min(seconds, ended_at - starts_at)
    return {
        "per_second": len(tally.latencies) / measured_seconds,
        "p50_ms": _percentile(tally.latencies, 0.50),
        "p99_ms": _percentile(tally.latencies, 0.99),
        "count": len(tally.latencies),
        "answered": tally.answered,
        "failures": tally.failures,
        "failure_example": tally.failure_example,
        "ran_dry": tally.ran_dry,
        "cpu_share": cpu_seconds / (ended_at - began_at),
        "cpu_micros": {"generator": cpu_seconds / max(1, tally.answered) * 1e6},
    }


def _percentile(latencies: list[float], share: float) -> float:
    if not latencies:
        return 0.0
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


if __name__ == "__main__":
    _scripts = read_scripts(Path(sys.argv[4]))
    _figures = uvloop.run(run(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), _scripts, sys.argv[5].encode()))
    sys.stdout.write(json.dumps(_figures) + "\n")
