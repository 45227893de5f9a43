"""Which endpoints may be used, what a status means, and how encryption must look."""

import pytest

from relay.endpoints import EndpointRule, host_of
from relay.outcomes import (
    Delivered,
    Refused,
    SubscriptionGone,
    TooLarge,
    TryLater,
    Unauthorized,
    outcome_of,
    seconds_of,
)
from tests.fixtures.rfc8291 import Browser, ec, from_base64url

NOW = 1_750_000_000.0  # 2025-06-15 15:06:40 UTC


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://push.example.com/abc",
        "https://push.example.com:8443/abc",
        "https://1.1.1.1/abc",
        "https://[2606:4700:4700::1111]/abc",
    ],
)
def test_public_https_endpoints_are_used(endpoint):
    assert EndpointRule().refusal(endpoint) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/abc",
        "ftp://push.example.com/abc",
        "file:///etc/passwd",
        "https://localhost/abc",
        "https://relay.localhost/abc",
        "https://127.0.0.1/abc",
        "https://127.8.8.8/abc",
        "https://[::1]/abc",
        "https://10.0.0.7/abc",
        "https://192.168.1.1/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/abc",
        "https://0.0.0.0/abc",
        "https://user:secret@push.example.com/abc",
        "https:///abc",
        "https://push.example.com:99999/abc",
        "https://[::1/abc",
        "",
    ],
)
def test_other_endpoints_are_refused(endpoint):
    assert EndpointRule().refusal(endpoint) is not None


def test_development_adds_this_machine_and_nothing_else():
    rule = EndpointRule(allow_loopback=True)

    assert rule.refusal("http://127.0.0.1:9000/abc") is None
    assert rule.refusal("http://localhost:9000/abc") is None
    assert rule.refusal("http://push.example.com/abc") is not None
    assert rule.refusal("https://192.168.1.1/abc") is not None


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_public_name_with_a_private_address_is_refused_when_it_is_resolved(address):
    assert not EndpointRule().allows_address(address)


def test_only_the_host_of_an_endpoint_is_shown():
    assert host_of("https://push.example.com:8443/secret?key=1") == "push.example.com:8443"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Delivered()),
        (201, Delivered()),
        (202, Delivered()),
        (301, Refused("status 301")),
        (400, Refused("status 400")),
        (401, Unauthorized()),
        (403, Unauthorized()),
        (404, SubscriptionGone()),
        (410, SubscriptionGone()),
        (413, TooLarge()),
        (429, TryLater(30.0)),
        (500, TryLater(30.0)),
        (503, TryLater(30.0)),
    ],
)
def test_each_status_means_one_thing(status, outcome):
    assert outcome_of(status, "30", now=NOW) == outcome


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Sun, 15 Jun 2025 15:07:40 GMT", 60.0),
        ("Sun, 15 Jun 2025 15:05:40 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    assert seconds_of(text, now=NOW) == seconds


def test_the_receiving_side_agrees_with_the_worked_example_of_rfc_8291():
    """RFC 8291 §5."""
    secret = int.from_bytes(from_base64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    browser = Browser(ec.derive_private_key(secret, ec.SECP256R1()), from_base64url("BTBZMqHH6r4Tts7J_aSIgg"))
    body = from_base64url(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    key, nonce = browser.content_keys(body[:16], body[21:86])

    assert browser.p256dh == ("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    assert browser.input_keying_material(body[21:86]) == from_base64url("S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg")
    assert key == from_base64url("oIhVW04MRdy2XN9CiKLxTg")
    assert nonce == from_base64url("4h_95klXJ5E_qnoN")
    assert browser.decrypt(body) == b"When I grow up, I want to be a watermelon"
