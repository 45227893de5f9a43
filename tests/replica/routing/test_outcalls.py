"""HTTP outcalls on their way through the core: how they leave, how their answers come back, what that costs."""

from __future__ import annotations

import pytest

from replica.management.http_request import price
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from replica.routing.outcall import HttpResponse, Outcall
from tests.fixtures.outcalls import (
    ARGS,
    OK,
    SENT,
    answer,
    decoded,
    refusal,
    submit,
    transform,
    unaccounted,
)
from tests.fixtures.replica import ALICE, LocalReplica

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


def test_a_canister_cannot_have_another_one_transform(replica: LocalReplica, asker: Principal, asker_module: bytes):
    other = replica.canister(asker_module)

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
    assert not replica.core.awaits_outcall(outcall.id)
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


# -- Bounds ------------------------------------------------------------------------------------------------------------


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


def test_an_outcall_of_a_canister_that_is_deleted_meanwhile_is_on_the_books(replica: LocalReplica, asker: Principal):
    replica.submit(asker, "ask_and_forget", INTERFACE.encode_args("http_request", ARGS))
    for method in ("stop_canister", "delete_canister"):
        arg = INTERFACE.encode_args(method, {"canister_id": asker})
        replica.submit(MANAGEMENT, method, arg, sender=ALICE, effective_canister_id=asker)

    replica.tick()

    assert unaccounted(replica) == 0


def test_the_context_of_a_transform_is_bounded(replica: LocalReplica, asker: Principal):
    text = refusal(replica, asker, transform=transform(asker, "in_capitals", bytes(2_000_001)))

    assert "transform context of 2000001 bytes" in text
