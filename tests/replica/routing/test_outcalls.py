"""HTTP outcalls in the core: who may ask for what, what it costs, how an answer comes back. The test is the shell."""

from __future__ import annotations

from typing import Any

import pytest

from replica.candid.codec import decode
from replica.management.http_request import price
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from replica.routing.outcall import HttpResponse, Outcall
from replica.routing.outcall_policy import OutcallPolicy
from tests.fixtures.notebook import Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap

SENT = 50_000_000_000
TRILLION = 10**12
OK = HttpResponse(200, (("content-type", "text/plain"),), b"hello")
ARGS: dict[str, Any] = {
    "url": "https://api.example.org/price?of=icp",
    "max_response_bytes": 1_000,
    "method": {"get": None},
    "headers": [{"name": "accept", "value": "text/plain"}],
    "body": None,
    "transform": None,
    "is_replicated": None,
}


def ask(ic: Ic, arg: bytes) -> Running:
    ic.state.map_put(1, b"asked", arg)
    response = yield CallOut(MANAGEMENT, "http_request", arg, SENT)
    ic.state.map_put(1, b"refunded", b"%d" % ic.cycles_refunded())
    ic.reply(show(response))


def ask_with_little(ic: Ic, arg: bytes) -> Running:
    response = yield CallOut(MANAGEMENT, "http_request", arg, 5)
    ic.reply(show(response))


def ask_and_forget(ic: Ic, arg: bytes) -> None:
    ic.notify(MANAGEMENT, "http_request", arg, SENT)
    ic.reply(b"")


def refunded(ic: Ic, arg: bytes) -> None:
    ic.reply(ic.state.map_get(1, b"refunded") or b"")


def in_capitals(ic: Ic, arg: bytes) -> None:
    """Says in its status who called, and in its headers what it could do."""
    (given,) = decode((INTERFACE.definitions["http_transform_args"],), arg)
    ic.state.map_put(1, b"refunded", b"changed by a query")
    headers = [
        {"name": "caller", "value": Principal(ic.caller).text},
        {"name": "context", "value": bytes(given["context"]).decode()},
        {"name": "certificate", "value": str(ic.data_certificate())},
    ]
    body = bytes(given["response"]["body"]).upper()
    fields = {"status": given["response"]["status"], "headers": headers, "body": body}
    ic.reply(INTERFACE.encode_results("http_request", fields))


def grow(ic: Ic, arg: bytes) -> None:
    ic.reply(bytes(5_000))


def fail(ic: Ic, arg: bytes) -> None:
    trap("cannot transform")


@pytest.fixture
def module(engine: ScriptedEngine) -> bytes:
    return define_notebook(
        engine,
        "asker",
        updates={"ask": ask, "ask_with_little": ask_with_little, "ask_and_forget": ask_and_forget},
        queries={"refunded": refunded, "in_capitals": in_capitals, "grow": grow, "fail": fail},
        composite_queries={"composite": in_capitals},
    )


@pytest.fixture
def asker(replica: LocalReplica, module: bytes) -> Principal:
    replica.restart(outcalls=OutcallPolicy.parse(["api.example.org"]))
    return replica.canister(module, cycles=TRILLION)


def submit(replica: LocalReplica, asker: Principal, update: str = "ask", /, **changes: Any) -> bytes:
    """Have the canister ask; what it asked for waits to be taken."""
    arg = INTERFACE.encode_args("http_request", ARGS | changes)
    request_id = replica.submit(asker, update, arg, sender=ALICE)
    replica.run_until_idle()
    return request_id


def answer(replica: LocalReplica, request_id: bytes, result: HttpResponse | Reject) -> bytes:
    """Take the one request that waits, answer it, and give what the canister made of that."""
    (outcall,) = replica.core.take_outcalls()
    replica.core.finish_outcall(outcall.id, result)
    replica.finish(request_id)
    return replica.reply(request_id)


def refusal(replica: LocalReplica, asker: Principal, update: str = "ask", /, **changes: Any) -> str:
    """The answer to a request that is refused at once."""
    request_id = submit(replica, asker, update, **changes)
    assert replica.core.take_outcalls() == []
    return replica.reply(request_id).decode()


def transform(canister: Principal, method: str, context: bytes = b"as asked") -> dict[str, Any]:
    return {"function": (canister, method), "context": context}


def decoded(reply: bytes) -> Any:
    assert reply.startswith(b"ok: "), reply
    return INTERFACE.decode_results("http_request", reply[4:])[0]


def unaccounted(replica: LocalReplica) -> int:
    state = replica.core._state
    held = sum(canister.balance + canister.cycles_in_flight for canister in state.canisters.all())
    return state.subnet.cycles_minted - state.subnet.cycles_burnt - held


# -- Success -----------------------------------------------------------------------------------------------------------


def test_a_canister_asks_and_gets_the_servers_answer(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker, body=b"question", method={"post": None})

    (outcall,) = replica.core.take_outcalls()
    replica.core.finish_outcall(outcall.id, OK)
    replica.finish(request_id)

    assert (outcall.request.method, outcall.request.body) == ("POST", b"question")
    assert outcall.request.headers == (("accept", "text/plain"),)
    where = outcall.request.destination
    assert (where.scheme, where.host, where.port) == ("https", "api.example.org", 443)
    assert where.target == "/price?of=icp"
    response = decoded(replica.reply(request_id))
    assert (response["status"], bytes(response["body"])) == (200, b"hello")
    assert response["headers"] == [{"name": "content-type", "value": "text/plain"}]


def test_a_request_is_handed_out_once(replica: LocalReplica, asker: Principal):
    submit(replica, asker)

    assert len(replica.core.take_outcalls()) == 1
    assert replica.core.take_outcalls() == []


def test_the_price_is_burnt_and_the_rest_comes_back(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker)
    answer(replica, request_id, OK)

    request_bytes = len(ARGS["url"]) + len("accept") + len("text/plain")
    cost = 49_140_000 + 5_200 * request_bytes + 10_400 * 1_000
    assert price(request_bytes, 1_000) == cost
    assert replica.query(asker, "refunded") == b"%d" % (SENT - cost)
    consumed = replica.ask_management("canister_metrics", asker)["cycles_consumed"]
    assert consumed["http_outcalls"] == cost
    assert unaccounted(replica) == 0


def test_answers_may_come_in_any_order(replica: LocalReplica, asker: Principal):
    first, second = submit(replica, asker), submit(replica, asker)
    one, two = replica.core.take_outcalls()

    replica.core.finish_outcall(two.id, HttpResponse(200, (), b"two"))
    replica.core.finish_outcall(one.id, HttpResponse(200, (), b"one"))
    replica.run_until_idle()

    assert bytes(decoded(replica.reply(first))["body"]) == b"one"
    assert bytes(decoded(replica.reply(second))["body"]) == b"two"


def test_nobody_need_wait_for_an_answer(replica: LocalReplica, asker: Principal):
    submit(replica, asker, "ask_and_forget")
    (outcall,) = replica.core.take_outcalls()

    replica.core.finish_outcall(outcall.id, OK)
    replica.run_until_idle()

    assert unaccounted(replica) == 0


# -- Transform ---------------------------------------------------------------------------------------------------------


def test_a_query_of_the_caller_changes_the_answer_and_nothing_else(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker, transform=transform(asker, "in_capitals"))

    response = decoded(answer(replica, request_id, OK))

    assert bytes(response["body"]) == b"HELLO"
    headers = {each["name"]: each["value"] for each in response["headers"]}
    assert headers == {"caller": "aaaaa-aa", "context": "as asked", "certificate": "None"}
    assert b"query" not in replica.query(asker, "refunded")


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("fail", "cannot transform"),
        ("absent", "Canister has no query method 'absent'"),
        ("write", "Canister has no query method 'write'"),
        ("composite", "Canister has no query method 'composite'"),
        ("grow", "Transformed http response exceeds limit: 1000"),
    ],
)
def test_a_transform_that_does_not_work_rejects(replica: LocalReplica, asker: Principal, method: str, text: str):
    request_id = submit(replica, asker, transform=transform(asker, method))

    reply = answer(replica, request_id, OK).decode()

    assert reply.startswith("err ")
    assert text in reply


def test_a_canister_cannot_have_another_one_transform(replica: LocalReplica, asker: Principal, module: bytes):
    other = replica.canister(module)

    text = refusal(replica, asker, transform=transform(other, "in_capitals"))

    assert text == f"err 4: transform principal id expected to be {asker}, got {other}"


def test_a_canister_that_was_uninstalled_meanwhile_transforms_nothing(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker, transform=transform(asker, "in_capitals"))
    (outcall,) = replica.core.take_outcalls()
    replica.manage("uninstall_code", {"canister_id": asker}, sender=ALICE, target=asker)

    replica.core.finish_outcall(outcall.id, OK)
    replica.run_until_idle()

    with pytest.raises(Reject, match="Canister has been uninstalled"):
        replica.reply(request_id)
    assert unaccounted(replica) == 0


def test_a_canister_that_was_deleted_meanwhile_is_not_missed(replica: LocalReplica, asker: Principal):
    submit(replica, asker, "ask_and_forget", transform=transform(asker, "in_capitals"))
    (outcall,) = replica.core.take_outcalls()
    for method in ("stop_canister", "delete_canister"):
        replica.manage(method, {"canister_id": asker}, sender=ALICE, target=asker)

    replica.core.finish_outcall(outcall.id, OK)
    replica.run_until_idle()

    assert unaccounted(replica) == 0


# -- Failure -----------------------------------------------------------------------------------------------------------


def test_what_went_wrong_outside_is_a_reject(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker)

    reply = answer(replica, request_id, Reject(RejectCode.SYS_TRANSIENT, "Failed to connect"))

    assert reply == b"err 2: Failed to connect"


def test_an_answer_that_is_larger_than_asked_for_is_a_reject(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker)

    reply = answer(replica, request_id, HttpResponse(200, (), bytes(1_001)))

    assert reply == b"err 1: Http body exceeds size limit of 1000 bytes."


def test_a_request_that_nobody_answers_times_out_and_a_late_answer_is_dropped(replica: LocalReplica, asker: Principal):
    request_id = submit(replica, asker)
    (outcall,) = replica.core.take_outcalls()
    assert replica.core.next_timer_ns() == replica.clock.now_ns() + 60 * 10**9

    replica.clock.advance(seconds=60)
    replica.finish(request_id)
    replica.core.finish_outcall(outcall.id, OK)

    assert replica.reply(request_id) == b"err 2: Canister http request timed out"
    assert not replica.core.has_work()


def test_a_request_that_nobody_took_is_not_sent_after_its_time(replica: LocalReplica, asker: Principal):
    submit(replica, asker)

    replica.clock.advance(minutes=2)
    replica.run_until_idle()

    assert replica.core.take_outcalls() == []


def test_after_a_crash_the_outcome_is_unknown_and_the_request_is_not_sent_again(
    replica: LocalReplica, asker: Principal
):
    request_id = submit(replica, asker)
    replica.core.take_outcalls()

    replica.restart()
    replica.run_until_idle()

    with pytest.raises(Reject) as reject:
        replica.reply(request_id)
    assert reject.value.code == RejectCode.SYS_UNKNOWN
    assert replica.core.take_outcalls() == []
    assert unaccounted(replica) == 0


# -- Refusals ----------------------------------------------------------------------------------------------------------


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


def test_only_so_many_bytes_wait_at_a_time(replica: LocalReplica, asker: Principal, monkeypatch):
    monkeypatch.setattr("replica.routing.outcalls.BYTES_IN_FLIGHT_MAX", 1_000)
    first = submit(replica, asker, body=bytes(1_000))
    (outcall,) = replica.core.take_outcalls()

    assert "http requests in-flight reached" in refusal(replica, asker)

    replica.core.finish_outcall(outcall.id, OK)
    replica.finish(first)
    submit(replica, asker)
    assert len(replica.core.take_outcalls()) == 1


def test_only_so_many_requests_are_under_way_at_a_time(replica: LocalReplica, asker: Principal, monkeypatch):
    monkeypatch.setattr("replica.routing.outcalls.IN_FLIGHT_MAX", 2)
    first, _ = submit(replica, asker), submit(replica, asker)
    outcalls: list[Outcall] = replica.core.take_outcalls()

    assert refusal(replica, asker) == "err 4: max number (2) of http requests in-flight reached."

    replica.core.finish_outcall(outcalls[0].id, OK)
    replica.finish(first)
    submit(replica, asker)
    assert len(replica.core.take_outcalls()) == 1
