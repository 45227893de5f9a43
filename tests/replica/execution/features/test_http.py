"""Kybra canisters and HTTP: as a web server behind the gateway, and as a client of servers outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from replica.http.outcalls import OutcallRunner
from replica.management.http_request import price
from replica.routing.outcall_policy import OutcallPolicy
from replica.testing import Canister, LocalNetwork, PendingCall, Reject
from tests.replica.execution.features.conftest import Install
from tests.replica.http.web import Web

# -- As a server -------------------------------------------------------------------------------------------------------


def visit(replica: LocalNetwork, canister: Canister, method: str, path: str, body: bytes = b"") -> tuple[int, str]:
    """What a browser gets at the canister's raw host, where nothing need be certified."""
    web = Web(replica.local)
    try:
        headers = {"host": f"{canister.id}.raw.localhost:8080"}
        response = web.request(method, path, headers=headers, content=body)
    finally:
        web.close()
    return response.status_code, response.text


def test_a_page_counts_in_updates_and_shows_in_queries(install: Install, replica: LocalNetwork):
    canister = install("http_counter")

    assert visit(replica, canister, "GET", "/a?b=c") == (200, "Counter is 0 at /a?b=c")
    assert visit(replica, canister, "POST", "/", b"a form") == (201, "Counter updated to 1 by a form")
    assert visit(replica, canister, "PUT", "/") == (400, "Invalid request")


def test_a_page_may_come_in_parts(install: Install, replica: LocalNetwork):
    canister = install("http_counter")
    visit(replica, canister, "POST", "/")

    assert visit(replica, canister, "GET", "/stream") == (200, "Counter is 1 streaming")


# -- As a client -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def price_service() -> AsyncIterator[int]:
    """A server that tells prices, at the port it gives."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = next(
            (int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")), 0
        )
        sent = (await reader.readexactly(size)).decode()
        body = json.dumps({"asked": head.split()[0] + " " + head.split()[1], "sent": sent}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def perform(replica: LocalNetwork, pending: PendingCall) -> object:
    """Be the shell of the replica until the call is answered."""
    core = replica.local.core
    finished = asyncio.Event()
    runner = OutcallRunner(core, on_result=finished.set)
    replica.run_until_idle()
    runner.begin_new()
    await finished.wait()
    await runner.stop()
    return pending.result()


@pytest.fixture
def open_replica(replica: LocalNetwork) -> LocalNetwork:
    """A replica whose operator lets canisters call servers on this machine."""
    replica.local.restart(outcalls=OutcallPolicy.parse(["127.0.0.1:*"]))
    return replica


def test_a_canister_asks_a_server_and_sees_what_its_transform_leaves(install: Install, open_replica: LocalNetwork):
    canister = install("outgoing_http_requests")

    async def story() -> None:
        async with price_service() as port:
            url = f"http://127.0.0.1:{port}/price?of=icp"
            answer = await perform(open_replica, canister.submit("get", url))

        response = answer["response"]
        assert response["status"] == 200
        assert json.loads(bytes(response["body"])) == {"asked": "GET /price?of=icp", "sent": ""}
        headers = {each["name"]: each["value"] for each in response["headers"]}
        assert headers == {"caller": "aaaaa-aa", "context": "context"}
        size = len(url) + len("acceptapplication/json") + len("without_headers") + len("context")
        assert answer["refunded"] == 500_000_000 - price(size, 2_000)

    asyncio.run(story())


def test_a_canister_sends_a_body_and_sees_the_headers_that_came(install: Install, open_replica: LocalNetwork):
    canister = install("outgoing_http_requests")

    async def story() -> None:
        async with price_service() as port:
            response = await perform(open_replica, canister.submit("post", f"http://127.0.0.1:{port}/", b"question"))

        assert json.loads(bytes(response["body"])) == {"asked": "POST /", "sent": "question"}
        assert {"name": "date", "value": "now"} in response["headers"]

    asyncio.run(story())


def test_a_canister_asks_with_candid_as_text(install: Install, open_replica: LocalNetwork):
    """In text a function is `func () -> ()`, which is no transform, so that an option of it is null."""
    canister = install("outgoing_http_requests")

    async def story() -> None:
        async with price_service() as port:
            response = await perform(open_replica, canister.submit("get_raw", f"http://127.0.0.1:{port}/raw"))

        assert json.loads(bytes(response["body"]))["asked"] == "GET /raw"
        assert {"name": "date", "value": "now"} in response["headers"]

    asyncio.run(story())


def test_a_server_that_the_operator_did_not_allow_is_not_asked(install: Install, replica: LocalNetwork):
    canister = install("outgoing_http_requests")

    with pytest.raises(Reject, match=r"does not let canisters call xkcd\.com"):
        canister.update("get", "https://xkcd.com/642/info.0.json")


def test_a_request_without_cycles_is_refused(install: Install, open_replica: LocalNetwork):
    text = install("outgoing_http_requests").update("get_for_free", "http://127.0.0.1:8000/")

    assert text.startswith("Rejection code 4, http_request request sent with 0 cycles, but ")
