"""Rules of notifications that need no canister: addresses, keys, the list of one person, and envelopes."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canisters.notifications.model.endpoints import endpoint_problem, keys_problem
from canisters.notifications.model.queue import RECIPIENTS_PER_ENVELOPE, envelope_count, recipients_of_envelope
from canisters.notifications.model.subscriptions import LIFETIME_MS, SUBSCRIPTIONS_MAX, active, put, remove

P256DH = urlsafe_b64encode(b"\x04" + bytes(64)).decode().rstrip("=")
AUTH = urlsafe_b64encode(bytes(16)).decode().rstrip("=")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://push.example.org:8443/a?b=c",
        "http://localhost:9001/push",
        "http://push.localhost:9001/push",
        "http://127.0.0.1:9001/push",
        "http://[::1]:9001/push",
    ],
)
def test_push_services_are_public_or_on_this_machine(endpoint):
    assert endpoint_problem(endpoint) is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push",
        "http://push.example.org/x",
        "ftp://localhost/x",
        "https://",
        "https:///x",
        "https://intranet/x",
        "https://10.0.0.1/x",
        "https://[fd00::1]/x",
        "https://router.local/x",
        "https://metadata.google.internal/x",
        "https://user:secret@push.example.org/x",
        "http://127.0.0.1:80@evil.example.org/x",
        "https://push.example.org/x#y",
        "https://push.example.org:0/x",
        "https://push.example.org:99999/x",
        "https://push..example.org/x",
        "https://push.example.org/\nx",
        "https://push.example.org/ü",
        "https://push.example.org\\@localhost/",
        "https://[push.example.org/",
        "https://push.example.org/" + "x" * 500,
    ],
)
def test_other_addresses_are_refused(endpoint):
    assert endpoint_problem(endpoint) is not None


def test_keys_have_their_exact_form():
    compressed = urlsafe_b64encode(b"\x02" + bytes(64)).decode().rstrip("=")

    assert keys_problem(P256DH, AUTH) is None
    for p256dh in ("", P256DH[:-1], P256DH + "=", P256DH[:-1] + "+", compressed, "ü" * 87):
        assert "p256dh" in (keys_problem(p256dh, AUTH) or "")
    for auth in ("", AUTH[:-1], AUTH + "==", AUTH[:-1] + "/"):
        assert "auth" in (keys_problem(P256DH, auth) or "")


def test_a_browser_that_subscribes_again_has_one_subscription():
    subscriptions = put(put([], "https://a.b/1", "key", "auth", 1), "https://a.b/2", "key", "auth", 2)

    assert [(one["e"], one["t"]) for one in subscriptions] == [("https://a.b/2", 2)]


def test_the_least_recently_refreshed_subscription_makes_room():
    subscriptions: list = []
    for number in range(SUBSCRIPTIONS_MAX):
        subscriptions = put(subscriptions, f"https://a.b/{number}", f"key {number}", "auth", number)
    subscriptions = put(subscriptions, "https://a.b/0", "key 0", "auth", 50)

    subscriptions = put(subscriptions, "https://a.b/new", "key new", "auth", 51)

    keys = [one["p"] for one in subscriptions]
    assert len(keys) == SUBSCRIPTIONS_MAX
    assert "key 0" in keys
    assert "key 1" not in keys


def test_subscriptions_end_after_a_year():
    subscriptions = put([], "https://a.b/1", "key", "auth", 1_000)

    assert active(subscriptions, 999 + LIFETIME_MS) == subscriptions
    assert active(subscriptions, 1_000 + LIFETIME_MS) == []
    assert put(subscriptions, "https://a.b/2", "other", "auth", 1_000 + LIFETIME_MS)[0]["p"] == "other"


def test_subscriptions_are_removed_by_key():
    subscriptions = put(put([], "https://a.b/1", "one", "auth", 1), "https://a.b/2", "two", "auth", 2)

    assert [one["p"] for one in remove(subscriptions, ["one", "three"])] == ["two"]


@given(st.integers(1, 5 * RECIPIENTS_PER_ENVELOPE))
def test_every_recipient_is_in_exactly_one_envelope(count):
    recipients = [number.to_bytes(4, "big") for number in range(count)]

    shares = [recipients_of_envelope(recipients, number) for number in range(envelope_count(count))]

    assert [user for share in shares for user in share] == recipients
    assert all(0 < len(share) <= RECIPIENTS_PER_ENVELOPE for share in shares)
