"""Servers outside, a core with outcalls to make, and the shell between them, for tests of outcalls."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from replica.http.outcalls import OutcallRunner
from replica.routing.outcall import Destination, HttpRequest, Outcall, OutcallResult
from replica.routing.outcall_policy import OutcallPolicy

HELLO = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"


@dataclass
class Server:
    """Answers every connection with the same bytes, and remembers what it was sent."""

    port: int
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def serving(answer: bytes | None, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """`None` never answers."""
    server = Server(0)
    open_connections: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_connections.add(writer)
        head = await reader.readuntil(b"\r\n\r\n")
        size = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line), 0)
        server.requests.append(head + await reader.readexactly(size))
        if answer is not None:
            writer.write(answer)
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for writer in open_connections:
            writer.close()


class FakeCore:
    """Has an outcall to make, or several of the same, and remembers the results."""

    def __init__(self, policy: OutcallPolicy, request: HttpRequest, count: int = 1) -> None:
        self.outcall_policy = policy
        self.results: list[OutcallResult] = []
        self.is_awaiting = True
        self._outcalls = [Outcall(7, request)] * count

    def take_outcalls(self) -> list[Outcall]:
        taken, self._outcalls = self._outcalls, []
        return taken

    def awaits_outcall(self, outcall_id: int) -> bool:
        return self.is_awaiting

    def finish_outcall(self, outcall_id: int, result: OutcallResult) -> None:
        assert outcall_id == 7
        self.results.append(result)


def resolves_to(*addresses: str) -> Callable[[str, int], Any]:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


def request_to(port: int, *, host: str = "shop.example", scheme: str = "http", **changes: Any) -> HttpRequest:
    fields: dict[str, Any] = {"method": "GET", "headers": (), "body": b"", "max_response_bytes": 1_000}
    return HttpRequest(Destination(scheme, host, port, "/price?of=icp"), **(fields | changes))


async def perform(request: HttpRequest, *patterns: str, **options: Any) -> OutcallResult:
    """One outcall, to servers that the operator allows by `patterns`."""
    core = FakeCore(OutcallPolicy.parse(patterns or ("127.0.0.1:*",)), request)
    done = asyncio.Event()
    runner = OutcallRunner(core, on_result=done.set, **({"resolve": resolves_to("127.0.0.1")} | options))
    runner.begin_new()
    await done.wait()
    await runner.stop()
    (result,) = core.results
    return result


async def one_turn() -> None:
    """Let the event loop do what there is to do by now."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned
