"""Performing outcalls: real requests to a server of the test's own, and what its answers become."""

from __future__ import annotations

import asyncio

import pytest

from replica.http.outcalls import OutcallRunner
from replica.reject import Reject, RejectCode
from replica.routing.outcall import HttpResponse
from replica.routing.outcall_policy import OutcallPolicy
from tests.replica.http.outcall_servers import HELLO, FakeCore, one_turn, perform, request_to, resolves_to, serving


def test_a_request_is_sent_as_asked_for_and_answered_as_it_came():
    async def story() -> None:
        async with serving(HELLO) as server:
            headers = (("X-Token", "secret"),)
            result = await perform(request_to(server.port, method="POST", headers=headers, body=b"question"))

        assert result == HttpResponse(200, (("content-type", "text/plain"), ("content-length", "5")), b"hello")
        (sent,) = server.requests
        head, _, body = sent.partition(b"\r\n\r\n")
        assert head.startswith(b"POST /price?of=icp HTTP/1.1\r\n")
        assert body == b"question"
        sent_headers = {line.partition(b": ")[0].lower(): line.partition(b": ")[2] for line in head.split(b"\r\n")[1:]}
        assert sent_headers == {
            b"host": b"shop.example:%d" % server.port,
            b"x-token": b"secret",
            b"user-agent": b"ic/1.0",
            b"content-length": b"8",
        }

    asyncio.run(story())


def test_what_a_canister_says_of_host_and_length_is_said_once():
    async def story() -> None:
        async with serving(HELLO) as server:
            headers = (("Host", f"shop.example:{server.port}"), ("Content-Length", "2"), ("User-Agent", "mine"))
            await perform(request_to(server.port, method="POST", headers=headers, body=b"ab"))

        head = server.requests[0].lower()
        assert (head.count(b"host:"), head.count(b"content-length:"), head.count(b"user-agent:")) == (1, 1, 1)
        assert b"user-agent: mine" in head

    asyncio.run(story())


def test_a_redirect_is_an_answer_and_is_not_followed():
    async def story() -> None:
        async with serving(HELLO) as other:
            place = f"location: http://127.0.0.1:{other.port}/".encode()
            async with serving(b"HTTP/1.1 302 Found\r\n" + place + b"\r\ncontent-length: 0\r\n\r\n") as server:
                result = await perform(request_to(server.port))

        assert isinstance(result, HttpResponse)
        assert result.status == 302
        assert other.requests == []

    asyncio.run(story())


def test_a_compressed_body_is_passed_on_as_it_is():
    async def story() -> None:
        answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd"
        async with serving(answer) as server:
            result = await perform(request_to(server.port))

        assert isinstance(result, HttpResponse)
        assert result.body == b"abcd"

    asyncio.run(story())


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2_000), "Http body exceeds size limit of 1000 bytes."),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 900000000\r\n\r\n" + bytes(2_000), "Http body exceeds size limit"),
        (
            b"HTTP/1.1 200 OK\r\nx: " + b"a" * 2_000 + b"\r\n\r\n",
            "Header size exceeds specified response size limit 1000",
        ),
    ],
)
def test_an_answer_that_is_too_large_is_given_up(answer: bytes, text: str):
    async def story() -> None:
        async with serving(answer) as server:
            result = await perform(request_to(server.port))

        assert isinstance(result, Reject)
        assert result.code == RejectCode.SYS_FATAL
        assert text in result.message

    asyncio.run(story())


def test_a_server_that_does_not_answer_in_time_is_given_up():
    async def story() -> None:
        async with serving(None) as server:
            result = await perform(request_to(server.port), timeout_seconds=0.05)

        assert isinstance(result, Reject)
        assert (result.code, result.message) == (RejectCode.SYS_FATAL, "Timeout expired")

    asyncio.run(story())


def test_a_server_that_speaks_nonsense_is_a_failure_of_the_moment():
    async def story() -> None:
        async with serving(b"nonsense\r\n\r\n") as server:
            result = await perform(request_to(server.port))

        assert isinstance(result, Reject)
        assert result.code == RejectCode.SYS_TRANSIENT

    asyncio.run(story())


def test_a_server_that_is_not_there_is_a_failure_of_the_moment():
    async def story() -> None:
        async with serving(HELLO) as server:
            port = server.port
        result = await perform(request_to(port))

        assert isinstance(result, Reject)
        assert result.code == RejectCode.SYS_TRANSIENT
        assert result.message.startswith("Failed to connect: ")

    asyncio.run(story())


def test_the_next_address_is_tried_if_one_takes_no_connection():
    async def story() -> None:
        async with serving(HELLO) as server:
            resolve = resolves_to("127.0.0.2", "127.0.0.1")
            result = await perform(request_to(server.port), "127.0.0.1:*", "127.0.0.2:*", resolve=resolve)

        assert isinstance(result, HttpResponse)

    asyncio.run(story())


def test_a_name_that_cannot_be_resolved_is_a_failure_of_the_moment():
    async def story() -> None:
        async def resolve(host: str, port: int) -> list[str]:
            raise OSError("no such name")

        result = await perform(request_to(80), resolve=resolve)

        assert isinstance(result, Reject)
        assert result.message == "Failed to connect: shop.example cannot be resolved: no such name"

    asyncio.run(story())


def test_what_nobody_awaits_any_longer_is_not_sent():
    async def story() -> None:
        async with serving(HELLO) as server:
            core = FakeCore(OutcallPolicy.parse(["127.0.0.1:*"]), request_to(server.port))
            core.is_awaiting = False
            runner = OutcallRunner(core, on_result=lambda: None, resolve=resolves_to("127.0.0.1"))
            runner.begin_new()
            await one_turn()
            await one_turn()
            await runner.stop()

        assert (server.requests, core.results) == ([], [])

    asyncio.run(story())


def test_what_is_under_way_when_the_replica_stops_is_given_up():
    async def story() -> None:
        async with serving(None) as server:
            core = FakeCore(OutcallPolicy.parse(["127.0.0.1:*"]), request_to(server.port))
            runner = OutcallRunner(core, on_result=lambda: None, resolve=resolves_to("127.0.0.1"))
            runner.begin_new()
            while not server.requests:
                await one_turn()
            await runner.stop()

        assert core.results == []

    asyncio.run(story())


def test_only_so_many_requests_are_sent_at_a_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("replica.http.outcalls.AT_ONCE_MAX", 2)

    async def story() -> None:
        async with serving(None) as server:
            core = FakeCore(OutcallPolicy.parse(["127.0.0.1:*"]), request_to(server.port), count=5)
            runner = OutcallRunner(core, on_result=lambda: None, resolve=resolves_to("127.0.0.1"))
            runner.begin_new()
            while len(server.requests) < 2:
                await one_turn()
            for _ in range(50):
                await one_turn()
            await runner.stop()

        assert len(server.requests) == 2

    asyncio.run(story())
