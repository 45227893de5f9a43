"""Which servers canisters may call, by the operator's patterns and by the addresses that names lead to."""

from __future__ import annotations

import pytest

from replica.routing.outcall import Destination
from replica.routing.outcall_policy import OutcallPattern, OutcallPolicy


def destination(scheme: str, host: str, port: int) -> Destination:
    return Destination(scheme, host, port, "/")


@pytest.mark.parametrize(
    ("pattern", "scheme", "host", "port", "is_allowed"),
    [
        ("api.example.org", "https", "api.example.org", 443, True),
        ("API.example.org", "http", "api.example.org", 80, True),
        ("api.example.org", "https", "api.example.org", 8443, False),
        ("api.example.org", "http", "api.example.org", 443, False),
        ("api.example.org:8443", "https", "api.example.org", 8443, True),
        ("api.example.org:8443", "https", "api.example.org", 443, False),
        ("api.example.org:*", "http", "api.example.org", 1, True),
        ("api.example.org", "https", "b.api.example.org", 443, False),
        ("api.example.org", "https", "api.example.org.evil", 443, False),
        ("*.example.org", "https", "a.b.example.org", 443, True),
        ("*.example.org", "https", "example.org", 443, False),
        ("*.example.org", "https", "badexample.org", 443, False),
        ("*", "https", "anything.example", 443, True),
        ("*", "https", "anything.example", 8443, False),
        ("*:*", "http", "1.2.3.4", 8443, True),
        ("127.0.0.1:8000", "http", "127.0.0.1", 8000, True),
        ("[::1]:8000", "http", "::1", 8000, True),
        ("[0:0::1]", "http", "::1", 80, True),
    ],
)
def test_a_pattern_covers_a_host_and_a_port(pattern: str, scheme: str, host: str, port: int, is_allowed: bool):
    assert OutcallPolicy.parse([pattern]).allows(destination(scheme, host, port)) is is_allowed


def test_no_pattern_covers_nothing():
    assert not OutcallPolicy.none().allows(destination("https", "api.example.org", 443))


@pytest.mark.parametrize(
    "text", ["", "http://a", "a/b", "a:0", "a:65536", "a:b", "a b", "*a", "**", "::1", "user@a", "[::1", "[zz]"]
)
def test_what_is_no_pattern_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ, the kind is the contract
        OutcallPattern.parse(text)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "64:ff9b:1::7f00:1",
        "::7f00:1",
        "fec0::1",
        "2001:0:7f00:1::1",
        "192.0.2.1",
        "240.0.0.1",
    ],
)
def test_an_address_that_is_not_public_is_refused_whatever_its_name(address: str):
    policy = OutcallPolicy.parse(["*:*"])

    assert not policy.allows_address(address, destination("http", "inside.example", 80))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_a_public_address_is_allowed(address: str):
    policy = OutcallPolicy.parse(["api.example.org"])

    assert policy.allows_address(address, destination("https", "api.example.org", 443))


@pytest.mark.parametrize(
    ("pattern", "address", "port", "is_allowed"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8001, False),
        ("127.0.0.1:8000", "127.0.0.2", 8000, False),
        ("127.0.0.1:8000", "::ffff:127.0.0.1", 8000, True),
        ("10.0.0.5", "10.0.0.5", 80, True),
        ("[fc00::5]", "fc00::5", 80, True),
        ("localhost:8000", "127.0.0.1", 8000, True),
        ("localhost:8000", "::1", 8000, True),
        ("localhost:8000", "10.0.0.5", 8000, False),
        ("inside.example", "10.0.0.5", 80, False),
        ("*", "10.0.0.5", 80, False),
    ],
)
def test_an_address_inside_is_allowed_only_where_a_pattern_names_it(
    pattern: str, address: str, port: int, is_allowed: bool
):
    policy = OutcallPolicy.parse([pattern])

    assert policy.allows_address(address, destination("http", "whatever.example", port)) is is_allowed
