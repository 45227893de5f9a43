"""Where outcalls must never lead: into the operator's network, through proxies, to servers that prove no name."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import ssl
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from replica.reject import Reject, RejectCode
from replica.routing.outcall import HttpResponse
from tests.replica.http.outcall_servers import HELLO, perform, request_to, resolves_to, serving

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
