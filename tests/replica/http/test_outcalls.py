"""Performing outcalls: real requests to a server of the test's own, and what must never be sent."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from replica.http.outcalls import OutcallRunner
from replica.reject import Reject, RejectCode
from replica.routing.outcall import Destination, HttpRequest, HttpResponse, Outcall, OutcallResult
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
        self._outcalls = [Outcall(7, request)] * count

    def take_outcalls(self) -> list[Outcall]:
        taken, self._outcalls = self._outcalls, []
        return taken

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


async def one_turn() -> None:
    """Let the event loop do what there is to do by now."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


# -- Addresses inside --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("patterns", [("shop.example:*",), ("*:*",), ("shop.example:*", "127.0.0.2:*")])
def test_a_name_that_leads_inside_is_not_called(patterns: tuple[str, ...]):
    async def story() -> None:
        async with serving(HELLO) as server:
            result = await perform(request_to(server.port), *patterns)

        assert isinstance(result, Reject)
        assert result.code == RejectCode.CANISTER_REJECT
        assert "shop.example leads to 127.0.0.1, which is not public" in result.message
        assert server.requests == []

    asyncio.run(story())


def test_of_several_addresses_only_the_allowed_ones_are_used():
    async def story() -> None:
        async with serving(HELLO) as server:
            resolve = resolves_to("10.0.0.1", "127.0.0.1", "169.254.169.254")
            result = await perform(request_to(server.port), resolve=resolve)

        assert isinstance(result, HttpResponse)

    asyncio.run(story())


def test_a_name_that_changes_its_mind_is_asked_once():
    async def story() -> None:
        asked: list[str] = []

        async def rebinding(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1" if len(asked) == 1 else "127.0.0.2"]

        async with serving(HELLO) as server:
            result = await perform(request_to(server.port), resolve=rebinding)

        assert isinstance(result, HttpResponse)
        assert asked == ["shop.example"]

    asyncio.run(story())


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch):
    async def story() -> None:
        async with serving(HELLO) as proxy, serving(HELLO) as server:
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
            await perform(request_to(server.port))

        assert (len(proxy.requests), len(server.requests)) == (0, 1)

    asyncio.run(story())


# -- TLS ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for shop.example, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    names = [x509.DNSName("shop.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=40_000))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "shop.pem"
    pem = serialization.Encoding.PEM
    key_pem = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key_pem + signed.public_bytes(pem))
    return path


@pytest.mark.parametrize(
    ("host", "is_trusted", "is_answered"),
    [("shop.example", True, True), ("other.example", True, False), ("shop.example", False, False)],
)
def test_a_server_must_prove_the_name_it_was_called_by(
    certificate: Path, host: str, is_trusted: bool, is_answered: bool
):
    async def story() -> None:
        server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_tls.load_cert_chain(certificate)
        client_tls = ssl.create_default_context(cafile=str(certificate)) if is_trusted else httpx.create_ssl_context()
        async with serving(HELLO, server_tls) as server:
            request = request_to(server.port, host=host, scheme="https")
            result = await perform(request, tls=client_tls)

        assert isinstance(result, HttpResponse) is is_answered
        assert bool(server.requests) is is_answered

    asyncio.run(story())
