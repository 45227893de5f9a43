"""What canisters may ask servers for: who asks, whom, within which limits, in which words, for how many cycles."""

from __future__ import annotations

from typing import Any

import pytest

from replica.management.http_request import price
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.routing.outcall_policy import OutcallPolicy
from tests.fixtures.outcalls import ARGS, refusal, submit, unaccounted
from tests.fixtures.replica import ALICE, LocalReplica


def test_users_cannot_make_outcalls(replica: LocalReplica, asker: Principal):
    arg = INTERFACE.encode_args("http_request", ARGS)

    with pytest.raises(Reject, match="ic00 method http_request can not be called via ingress messages"):
        replica.submit(MANAGEMENT, "http_request", arg, sender=ALICE, effective_canister_id=asker)


def test_a_host_that_the_operator_did_not_name_cannot_be_called(replica: LocalReplica, asker: Principal):
    text = refusal(replica, asker, url="https://elsewhere.example.org/")

    assert text.startswith("err 4: The operator of this replica does not let canisters call elsewhere.example.org;")
    assert "--allow-outcalls elsewhere.example.org" in text


def test_nothing_can_be_called_unless_the_operator_says_so(replica: LocalReplica, asker: Principal):
    replica.restart(outcalls=OutcallPolicy.none())

    assert "does not let canisters call api.example.org" in refusal(replica, asker)


def test_too_few_cycles_are_refused_and_come_back(replica: LocalReplica, asker: Principal):
    cost = price(len(ARGS["url"]) + len("accept") + len("text/plain"), 1_000)

    text = refusal(replica, asker, "ask_with_little")

    assert text == f"err 4: http_request request sent with 5 cycles, but {cost} cycles are required."
    assert unaccounted(replica) == 0


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"max_response_bytes": 2_000_001}, "max_response_bytes expected to be in the range [0..2000000], got 2000001"),
        ({"url": "https://api.example.org/" + "a" * 8_169}, "url size 8193 exceeds 8192"),
        ({"headers": [{"name": "a", "value": ""}] * 65}, "number of all http headers 65 exceeds 64"),
        (
            {"headers": [{"name": "a" * 8_193, "value": ""}]},
            "number of bytes to represent some http header name 8193 exceeds 8192",
        ),
        (
            {"headers": [{"name": "a", "value": "b" * 8_193}]},
            "number of bytes to represent some http header value 8193 exceeds 8192",
        ),
        (
            {"headers": [{"name": "a", "value": "b" * 8_191}] * 7},
            "total number of bytes to represent all http header names and values 57344 exceeds 49152",
        ),
        (
            {"body": bytes(2_000_000)},
            "total number of bytes to represent all http header names and values and http body 2000016 exceeds 2000000",
        ),
        ({"method": {"put": None}}, "The requested HTTP method is only allowed for non-replicated requests."),
    ],
)
def test_limits_have_the_words_of_the_internet_computer(
    replica: LocalReplica, asker: Principal, changes: dict[str, Any], text: str
):
    assert refusal(replica, asker, **changes) == f"err 4: {text}"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_for_requests_that_are_made_once(replica: LocalReplica, asker: Principal, method: str):
    submit(replica, asker, method={method: None}, is_replicated=False)

    (outcall,) = replica.core.take_outcalls()
    assert outcall.request.method == method.upper()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://api.example.org/",
        "api.example.org",
        "https://",
        "https://user@api.example.org/",
        "https://api.example.org@evil.example/",
        "https://api.example.org\\@evil.example/",
        "https://api.example.org/a b",
        "https://api.example.org/\r\nHost: evil",
        "https://api.example.org/#fragment",
        "https://api.example.org:0/",
        "https://api.example.org:65536/",
        "https://[::1/",
        "https://[1.2.3.4]/",
        "https://äpi.example.org/",
    ],
)
def test_a_url_that_could_be_read_in_two_ways_is_refused(replica: LocalReplica, asker: Principal, url: str):
    assert refusal(replica, asker, url=url).startswith("err 1: Failed to parse URL")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x\r\nhost", "evil"),
        ("x", "a\r\nhost: evil"),
        ("", "a"),
        ("x", "ä"),
        ("Host", "evil.example"),
        ("Content-Length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
    ],
)
def test_a_header_that_would_say_another_request_is_refused(
    replica: LocalReplica, asker: Principal, name: str, value: str
):
    assert refusal(replica, asker, headers=[{"name": name, "value": value}]).startswith("err 4: the http header ")


@pytest.mark.parametrize(("name", "value"), [("Host", "API.example.org"), ("content-length", "0")])
def test_a_header_that_says_what_is_so_is_let_through(replica: LocalReplica, asker: Principal, name: str, value: str):
    submit(replica, asker, headers=[{"name": name, "value": value}])

    (outcall,) = replica.core.take_outcalls()
    assert outcall.request.headers == ((name, value),)
