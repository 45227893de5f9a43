"""Clients wait for an answer in full, count it, and notice what is not the answer hoped for."""

import asyncio

import pytest

from bench.generator import run

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
WITH_LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nreplied"
IN_CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nreplied\r\n0\r\n\r\n"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
NOT_THE_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"


class Server(asyncio.Protocol):
    """Answers each request with the same bytes, one by one, so that no answer arrives at once."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        half = len(self._answer) // 2
        self._transport.write(self._answer[:half])
        asyncio.get_running_loop().call_soon(self._transport.write, self._answer[half:])


async def send(answer: bytes, *, clients: int = 2, requests: int = 3) -> dict[str, object]:
    server = await asyncio.get_running_loop().create_server(lambda: Server(answer), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        return await run(port, 0, 60, [[REQUEST] * requests] * clients, b"replied")


@pytest.mark.parametrize("answer", [WITH_LENGTH, IN_CHUNKS])
def test_every_request_is_answered_once(answer: bytes):
    figures = asyncio.run(send(answer))

    assert figures["count"] == figures["answered"] == 6
    assert figures["failures"] == 0
    assert figures["ran_dry"] == 2


@pytest.mark.parametrize("answer", [REFUSED, NOT_THE_ANSWER])
def test_what_is_not_the_answer_hoped_for_is_a_failure(answer: bytes):
    figures = asyncio.run(send(answer))

    assert figures["failures"] == 6
    assert figures["count"] == 0
    assert "no" in str(figures["failure_example"])
