"""The endpoints for agents: versions, statuses, shapes of answers and refusals.

Topics "Calls: resubmission, wrong URL, wrong ECID" and "Queries: required fields" of the conformance inventory; more of
both is in ingress/test_gate.py and ingress/test_envelope.py.
"""

from dataclasses import replace

import cbor2
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replica.certification.hash_tree import Absent, lookup, lookup_value
from replica.http.limits import Limits
from replica.principal import ANONYMOUS, Principal
from tests.fixtures.replica import ALICE as CONTROLLER
from tests.replica.http.signed import call_of, certified, query_of, verified_by_node
from tests.replica.http.web import Web
from tests.replica.ingress.identities import ALICE, MALLORY, content_of, envelope_of, read_state_of

TAG = b"\xd9\xd9\xf7"


def test_status_tells_agents_the_root_key(web, replica):
    response = web.get("/api/v2/status")

    assert response.content.startswith(TAG)
    status = cbor2.loads(response.content)
    assert status["root_key"] == replica.core.root_key_der
    assert len(status["root_key"]) == 133
    assert status["replica_health_status"] == "healthy"


@pytest.mark.parametrize("version", ["v3", "v4"])
def test_a_synchronous_call_is_answered_with_its_certificate(web, replica, echo, version):
    body, request_id = call_of(echo)

    reply = web.call(echo, body, version=version)

    assert reply["status"] == "replied"
    tree = certified(replica, reply)
    assert lookup_value(tree, (b"request_status", request_id, b"status")) == b"replied"
    assert lookup_value(tree, (b"request_status", request_id, b"reply")) == b"you said hello"
    assert lookup_value(tree, (b"time",)) is not None


def test_a_call_of_version_two_is_accepted_and_polled_for(web, replica, echo):
    body, request_id = call_of(echo)
    poll = envelope_of(read_state_of(ALICE.principal, [b"request_status", request_id]), ALICE)

    response = web.post(f"/api/v2/canister/{echo}/call", body)

    assert (response.status_code, response.content) == (202, b"")
    tree = certified(replica, web.read_state(echo, poll))
    assert lookup_value(tree, (b"request_status", request_id, b"reply")) == b"you said hello"


@pytest.mark.parametrize(
    ("method", "code", "message"),
    [("trap", 5, "oh no"), ("reject", 4, "not today"), ("missing", 5, "has no update method 'missing'")],
)
def test_a_call_that_fails_is_certified_as_rejected(web, replica, echo, method, code, message):
    body, request_id = call_of(echo, method)

    reply = web.call(echo, body)

    assert reply["status"] == "replied"
    tree = certified(replica, reply)
    assert lookup_value(tree, (b"request_status", request_id, b"status")) == b"rejected"
    assert lookup_value(tree, (b"request_status", request_id, b"reject_code")) == bytes([code])
    assert message in lookup_value(tree, (b"request_status", request_id, b"reject_message")).decode()


@pytest.mark.parametrize("version", ["v2", "v3", "v4"])
def test_a_call_that_is_not_let_in_is_refused_without_certificate(web, echo, version):
    body, _ = call_of(echo, arg=b"unwelcome")

    reply = web.call(echo, body, version=version)

    assert reply["status"] == "non_replicated_rejection"
    assert reply["reject_code"] == 4
    assert reply["error_code"] == "IC0406"
    assert "certificate" not in reply


def test_a_refused_call_of_version_two_has_a_status_for_those_who_poll(web, replica, echo):
    body, request_id = call_of(echo, arg=b"unwelcome")
    path = [b"request_status", request_id]
    poll = envelope_of(read_state_of(ALICE.principal, path), ALICE)

    web.call(echo, body, version="v3")
    after_version_three = certified(replica, web.read_state(echo, poll))
    web.call(echo, body, version="v2")
    after_version_two = certified(replica, web.read_state(echo, poll))

    assert lookup(after_version_three, path) == Absent()
    assert lookup_value(after_version_two, (*path, b"status")) == b"rejected"
    assert lookup_value(after_version_two, (*path, b"error_code")) == b"IC0406"


def test_a_call_refused_for_want_of_cycles_has_a_status_too(web, replica, engine):
    module = engine.define("poor", updates={"say": lambda ic, arg: ic.reply(b"")})
    poor = replica.canister(module, cycles=1_000_000)
    body, request_id = call_of(poor)
    path = [b"request_status", request_id]

    reply = web.call(poor, body, version="v2")

    tree = certified(replica, web.read_state(poor, envelope_of(read_state_of(ALICE.principal, path), ALICE)))
    assert reply["error_code"] == "IC0207"
    assert lookup_value(tree, (*path, b"error_code")) == b"IC0207"


def test_a_canister_that_does_not_exist_is_a_reject_not_an_http_error(web):
    nowhere = Principal.from_counter(99)
    body, _ = call_of(nowhere)
    query, _ = query_of(nowhere)

    assert web.call(nowhere, body)["error_code"] == "IC0301"
    assert web.query(nowhere, query)["error_code"] == "IC0301"


def test_a_deleted_canister_answers_like_one_that_never_was(web, replica, echo):
    for method in ("stop_canister", "delete_canister"):
        replica.manage(method, {"canister_id": echo}, sender=CONTROLLER, target=echo)
    body, _ = call_of(echo)
    query, _ = query_of(echo)

    assert web.call(echo, body)["error_code"] == "IC0301"
    assert web.query(echo, query)["reject_message"] == f"Canister {echo} not found"


def test_a_call_sent_twice_runs_once_and_is_answered_twice(web, replica, engine):
    counted = []
    module = engine.define("counter", updates={"count": lambda ic, arg: (counted.append(arg), ic.reply(b"done"))})
    counter = replica.canister(module)
    body, _ = call_of(counter, "count")

    first, second = web.call(counter, body), web.call(counter, body)

    assert len(counted) == 1
    assert certified(replica, first) == certified(replica, second)


def test_a_long_call_is_accepted_for_polling_when_its_time_is_up(replica, echo):
    impatient = Web(replica, limits=Limits(call_timeout_seconds=0))
    body, request_id = call_of(echo)
    poll = envelope_of(read_state_of(ALICE.principal, [b"request_status", request_id]), ALICE)

    response = impatient.post(f"/api/v3/canister/{echo}/call", body)

    assert response.status_code in (200, 202)
    tree = certified(replica, impatient.read_state(echo, poll))
    assert lookup_value(tree, (b"request_status", request_id, b"reply")) == b"you said hello"
    impatient.close()


def test_calls_that_arrive_together_share_one_round(web, echo):
    bodies = [call_of(echo, arg=b"%d" % number)[0] for number in range(20)]

    replies = web.post_all([(f"/api/v3/canister/{echo}/call", body) for body in bodies])

    assert [cbor2.loads(reply.content)["status"] for reply in replies] == ["replied"] * 20
    assert web.core.tick_count == 1


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_query_is_answered_and_signed_by_the_node(web, replica, echo, version):
    body, request_id = query_of(echo)

    reply = web.query(echo, body, version=version)

    assert reply["status"] == "replied"
    assert reply["reply"] == {"arg": b"you said hello"}
    assert verified_by_node(web, replica, echo, reply, request_id)


@pytest.mark.parametrize(("method", "error_code"), [("missing", "IC0536"), ("say", "IC0536")])
def test_a_query_that_fails_is_signed_too(web, replica, echo, method, error_code):
    body, request_id = query_of(echo, method)

    reply = web.query(echo, body)

    assert (reply["status"], reply["reject_code"], reply["error_code"]) == ("rejected", 5, error_code)
    assert verified_by_node(web, replica, echo, reply, request_id)


@pytest.mark.parametrize("tag", [TAG, b""])
def test_replies_mirror_the_tag_of_the_request(web, echo, tag):
    call, _ = call_of(echo)
    refused, _ = call_of(echo, arg=b"unwelcome")
    query, _ = query_of(echo)
    read = envelope_of(read_state_of(ANONYMOUS, [b"time"]), None)

    for endpoint, body in (("v3", call), ("v3", refused)):
        assert web.post(f"/api/{endpoint}/canister/{echo}/call", tag + body).content.startswith(TAG) is bool(tag)
    assert web.post(f"/api/v2/canister/{echo}/query", tag + query).content.startswith(TAG) is bool(tag)
    assert web.post(f"/api/v2/canister/{echo}/read_state", tag + read).content.startswith(TAG) is bool(tag)


@pytest.mark.parametrize(
    "endpoint", ["v2/canister/{}/call", "v4/canister/{}/call", "v3/canister/{}/query", "v3/canister/{}/read_state"]
)
def test_bodies_that_are_no_envelopes_are_refused_in_words(web, echo, endpoint):
    for body in (b"", b"not cbor", b"\xa0", cbor2.dumps({"content": content_of(ANONYMOUS)}) + b"!"):
        response = web.post("/api/" + endpoint.format(echo), body)
        assert response.status_code == 400
        assert response.headers["content-type"].startswith("text/plain")
        assert response.text


def test_forged_and_late_requests_are_refused_with_the_texts_agents_know(web, echo):
    content = content_of(ALICE.principal, canister_id=echo, method_name="say")
    forged = envelope_of(content, MALLORY)
    late, _ = call_of(echo, ingress_expiry=1)
    url = f"/api/v3/canister/{echo}/call"

    assert web.post(url, forged).text.startswith(f"The user id '{ALICE.principal}' does not match the public key")
    assert web.post(url, late).text.startswith("Invalid request expiry: ")


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/api/v2/canister/{}/call", 405),
        ("POST", "/api/v2/status", 405),
        ("GET", "/api/v2/nothing", 404),
        ("POST", "/api/v1/canister/{}/call", 404),
        ("POST", "/api/v4/canister/{}/query", 404),
        ("POST", "/api/v3/canister/not-a-principal/call", 400),
        ("POST", "/api/v3/canister/{}X/query", 400),
        ("POST", "/api/v4/subnet/{}/call", 400),
        ("POST", "/api/v3/subnet/{}/query", 400),
    ],
)
def test_urls_that_lead_nowhere_say_so(web, echo, method, url, status):
    response = web.request(method, url.format(echo))

    assert response.status_code == status
    assert response.text


def test_a_method_that_is_not_taken_is_told_which_one_is(web, echo):
    assert web.get(f"/api/v3/canister/{echo}/call").headers["allow"] == "POST, OPTIONS"
    assert web.post("/api/v2/status").headers["allow"] == "GET, OPTIONS"


@pytest.mark.parametrize("endpoint", ["call", "query", "read_state"])
def test_bodies_that_say_they_are_something_else_than_cbor_are_refused(web, echo, endpoint):
    body, _ = query_of(echo)

    def status_for(*types: str) -> list[int]:
        url = f"/api/v3/canister/{echo}/{endpoint}"
        return [web.post(url, body, headers={"content-type": each}).status_code for each in types]

    assert status_for("text/plain", "application/json", "multipart/form-data") == [415, 415, 415]
    assert 415 not in status_for("application/cbor", "Application/CBOR; charset=binary")
    assert web.post(f"/api/v3/canister/{echo}/query", body).status_code == 200


@pytest.mark.parametrize("version", ["v2", "v3", "v4"])
def test_calls_that_find_the_queue_full_are_told_to_come_back(web, replica, echo, version):
    scheduler = replica.core._scheduler
    scheduler._config = replace(scheduler._config, arrivals_max=1)
    url = f"/api/{version}/canister/{echo}/call"

    responses = web.post_all([(url, call_of(echo, arg=arg)[0]) for arg in (b"1", b"2")])

    assert [response.status_code for response in responses] == [202 if version == "v2" else 200, 503]
    assert responses[1].text == "The replica is overloaded, try again later"
    assert responses[1].headers["retry-after"] == "1"


def test_a_mistake_of_the_replica_is_said_in_general_and_logged_in_particular(web, echo, monkeypatch, caplog):
    def fail(request: object) -> None:
        raise ZeroDivisionError("the secret reason")

    monkeypatch.setattr(web.app._api._core, "query", fail)
    body, _ = query_of(echo)

    response = web.post(f"/api/v3/canister/{echo}/query", body)

    assert response.status_code == 500
    assert "secret" not in response.text
    assert "the secret reason" in caplog.text


def test_bodies_above_four_mebibytes_are_refused(web, echo):
    response = web.post(f"/api/v3/canister/{echo}/call", bytes(4 * 2**20 + 1))

    assert response.status_code == 413


def test_browsers_of_other_origins_may_call(web, echo):
    asked = web.request("OPTIONS", f"/api/v3/canister/{echo}/call")
    answered = web.get("/api/v2/status")

    assert asked.status_code == 204
    for response in (asked, answered):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "POST" in response.headers["access-control-allow-methods"]
        assert "content-type" in response.headers["access-control-allow-headers"]


def test_a_round_that_fails_is_told_to_callers_and_to_the_operator(replica, echo, monkeypatch):
    failures = []
    web = Web(replica, on_failure=lambda: failures.append(1))

    def fail() -> None:
        raise OSError("disk full")

    monkeypatch.setattr(replica.core, "tick", fail)
    body, _ = call_of(echo)
    again, _ = call_of(echo, arg=b"again")

    responses: list[httpx.Response] = [web.post(f"/api/v3/canister/{echo}/call", each) for each in (body, again)]

    assert [response.status_code for response in responses] == [503, 503]
    assert failures == [1]
    web.close()


@pytest.mark.parametrize("endpoint", ["v3/canister/{}/call", "v2/canister/{}/query", "v2/canister/{}/read_state"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=100))
def test_random_bodies_are_refused_and_nothing_breaks(web, echo, endpoint, body):
    assert web.post("/api/" + endpoint.format(echo), body).status_code == 400


GOOD_QUERY = query_of(Principal.from_counter(7))[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, len(GOOD_QUERY) - 1), inserted=st.binary(max_size=4), removed_count=st.integers(0, 4))
def test_damaged_bodies_never_break_anything(web, position, inserted, removed_count):
    damaged = GOOD_QUERY[:position] + inserted + GOOD_QUERY[position + removed_count :]

    assert web.post(f"/api/v2/canister/{Principal.from_counter(7)}/query", damaged).status_code in (200, 400)
