"""Who holds a connection without using it is let go. Real sockets, and a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from replica.http.connections import Connections, _group
from replica.http.limits import Limits
from replica.http.protocol import BoundedProtocol

GET = b"GET /%s HTTP/1.1\r\nhost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n"
LIMITS = Limits(head_seconds=10, body_seconds=60, idle_seconds=20, stall_seconds=30)
LARGE = bytes(32 * 2**20)
"""More than the system keeps for a client that does not read."""


@dataclass
class Server:
    """The protocol around an application that answers when the test lets it."""

    port: int
    places: Connections
    seconds: list[float]
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: list[str] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    async def connect(self) -> Client:
        self.clients.append(Client(*await asyncio.open_connection("127.0.0.1", self.port)))
        return self.clients[-1]

    def pass_time(self, seconds: float) -> None:
        self.seconds[0] += seconds
        self.places.sweep()

    @property
    def open(self) -> list[Any]:
        return list(self.places._open)

    async def until(self, is_so: Callable[[], Any]) -> None:
        async with asyncio.timeout(30):
            while not is_so():  # noqa: ASYNC110  # sockets make it true, and they set no event
                await asyncio.sleep(0)

    async def until_phases(self, *names: str) -> None:
        await self.until(lambda: sorted(each.phase.name for each in self.open) == sorted(names))


@dataclass
class Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> bytes:
        """One response with a body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head + await self.reader.readexactly(size)

    async def close(self) -> None:
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def rest(self) -> bytes:
        """Everything up to the end of the connection."""
        async with asyncio.timeout(30):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b"cut off"


@asynccontextmanager
async def serving(limits: Limits, *, has_own_clock: bool = False) -> AsyncIterator[Server]:
    seconds = [1000.0]
    places = Connections(limits, now=None if has_own_clock else lambda: seconds[0])
    server = Server(0, places, seconds)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        server.arrived.append(scope["path"])
        if scope["path"] == "/early":
            await _answer(send, b"too large")
            return
        while (await receive()).get("more_body"):
            pass
        if scope["path"] == "/wait":
            await server.gate.wait()
        await _answer(send, LARGE if scope["path"] == "/large" else b"done")

    config = uvicorn.Config(app, log_level="critical", access_log=False)
    config.load()
    make = partial(BoundedProtocol, limits=limits, places=places)
    state = ServerState()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: make(config=config, server_state=state, app_state={}), "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for client in server.clients:
            await client.close()
        for connection in [*places._open, *places._refused]:
            connection.cut()
        await server.until(lambda: not places._open and not places._refused)
        await asyncio.gather(*state.tasks, return_exceptions=True)


async def _answer(send: Any, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def served(test: Callable[[Server], Awaitable[None]], limits: Limits = LIMITS, *, has_own_clock: bool = False) -> None:
    async def run() -> None:
        async with serving(limits, has_own_clock=has_own_clock) as server:
            await test(server)

    asyncio.run(run())


def test_headers_that_do_not_come_are_not_awaited_for_ever():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(b"GET / HTTP/1.1\r\nhost: loc")
        await server.until(lambda: server.open and server.open[0]._is_reading)

        server.pass_time(9)
        client.send(b"a")  # a byte now and then does not help
        await server.until(lambda: server.open[0]._received_bytes == len(b"GET / HTTP/1.1\r\nhost: loca"))
        server.pass_time(1.1)

        assert b"408 Request Timeout" in await client.rest()
        assert not server.arrived

    served(test)


def test_a_body_that_does_not_come_is_not_awaited_for_ever():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(POST + b"12345")
        await server.until_phases("BODY")

        server.pass_time(60)
        await server.until(lambda: server.arrived)
        server.pass_time(0.1)

        assert b"408 Request Timeout" in await client.rest()

    served(test)


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n"])
def test_a_connection_that_asks_nothing_is_closed_without_a_word(sent):
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(sent)
        await server.until(lambda: server.open and server.open[0]._received_bytes == len(sent))

        server.pass_time(10.1)

        assert await client.rest() == b""

    served(test)


def test_an_idle_connection_is_kept_for_a_while():
    async def test(server: Server) -> None:
        client = await server.connect()
        for _ in range(3):
            client.send(GET % b"")
            assert (await client.answer()).endswith(b"done")
            await server.until_phases("IDLE")
            server.pass_time(19)

        client.send(b"\r\n")  # between requests this is allowed and means nothing
        await server.until(lambda: server.open[0]._received_bytes == 2)
        server.pass_time(1.1)

        assert await client.rest() == b""

    served(test)


def test_whoever_waits_for_an_answer_is_not_let_go():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(GET % b"wait")
        await server.until_phases("ANSWER")

        server.pass_time(10_000)
        server.gate.set()

        assert (await client.answer()).endswith(b"done")

    served(test)


def test_the_start_of_the_next_request_waits_for_the_answer_to_the_one_before():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(GET % b"wait" + b"GET /next HTTP/1.1\r\n")
        await server.until_phases("ANSWER")

        server.pass_time(100)
        server.gate.set()
        assert (await client.answer()).endswith(b"done")
        await server.until_phases("HEAD")
        server.pass_time(9)
        client.send(b"host: localhost\r\n\r\n")
        assert (await client.answer()).endswith(b"done")

        assert server.arrived == ["/wait", "/next"]

    served(test)


def test_a_body_after_its_answer_is_not_read_for_ever():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(POST.replace(b"/", b"/early", 1))
        assert (await client.answer()).endswith(b"too large")
        await server.until_phases("BODY")

        server.pass_time(60.1)

        assert await client.rest() == b""

    served(test)


def test_whoever_does_not_take_the_answer_is_cut_off():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.writer.transport.pause_reading()
        client.send(GET % b"large")
        await server.until(lambda: server.open and server.open[0].unsent_bytes())
        server.pass_time(0)

        server.pass_time(29)
        assert server.open
        server.pass_time(2)
        await server.until(lambda: not server.open)

        client.writer.transport.resume_reading()
        assert len(await client.rest()) < len(LARGE)

    served(test)


def test_a_slow_reader_who_reads_is_not_cut_off():
    async def test(server: Server) -> None:
        client = await server.connect()
        client.send(GET % b"large")
        await server.until(lambda: server.open and server.open[0].unsent_bytes())
        received = waited_seconds = 0
        while (before := server.open[0].unsent_bytes()) > 0:
            while server.open[0].unsent_bytes() == before:
                received += len(await client.reader.read(2**16))
            server.pass_time(20)
            waited_seconds += 20
        while received < len(LARGE):
            received += len(await client.reader.readexactly(min(2**16, len(LARGE) - received)))

        assert waited_seconds > LIMITS.stall_seconds

    served(test)


def test_there_are_so_many_places_and_a_free_one_is_taken_again():
    async def test(server: Server) -> None:
        first, _ = await server.connect(), await server.connect()
        await server.until(lambda: len(server.open) == 2)

        third = await server.connect()
        third.send(GET % b"")
        refusal = await third.rest()
        await first.close()
        await server.until(lambda: len(server.open) == 1)
        fourth = await server.connect()
        fourth.send(GET % b"")

        assert b"503 Service Unavailable" in refusal
        assert b"retry-after: 1" in refusal
        assert (await fourth.answer()).endswith(b"done")

    served(test, Limits(connections_max=2))


def test_one_address_does_not_take_all_places():
    async def test(server: Server) -> None:
        first = await server.connect()
        await server.until(lambda: len(server.open) == 1)

        second = await server.connect()
        second.send(GET % b"")

        assert b"429 Too Many Requests" in await second.rest()
        first.send(GET % b"")
        assert (await first.answer()).endswith(b"done")

    served(test, Limits(connections_per_address_max=1, counts_loopback=True))


def test_on_this_machine_everybody_has_one_address():
    async def test(server: Server) -> None:
        clients = [await server.connect() for _ in range(3)]
        for client in clients:
            client.send(GET % b"")
            assert (await client.answer()).endswith(b"done")

    served(test, Limits(connections_per_address_max=1))


def test_a_flood_of_connections_beyond_the_places_is_cut_off():
    async def test(server: Server) -> None:
        clients = [await server.connect() for _ in range(70)]
        await server.until(lambda: len(server.places._refused) == 64)
        assert len(server.open) == 1

        # The other five are not even heard.
        assert {await client.rest() for client in clients[65:]} <= {b"", b"cut off"}
        server.pass_time(100)
        await server.until(lambda: not server.places._refused)

    served(test, Limits(connections_max=1))


def test_time_passes_without_a_test_that_makes_it_pass():
    async def test(server: Server) -> None:
        for _ in range(2):  # sweeping ends with the last connection, and begins with the next one again
            client = await server.connect()
            client.send(b"GET / HTTP/1.1\r\n")

            assert await client.rest() is not None
            await server.until(lambda: not server.open and server.places._sweep is None)

    served(test, Limits(head_seconds=0, sweep_seconds=0), has_own_clock=True)


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_neighbours_in_one_network_count_together(address, group):
    assert _group(address) == group
