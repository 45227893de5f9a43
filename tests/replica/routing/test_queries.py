"""Queries read the last committed state, change nothing, and are signed by the node."""

from __future__ import annotations

import pytest
from nacl.signing import VerifyKey

from replica.certification.hash_tree import lookup_value
from replica.certification.keys import ED25519_DER_PREFIX
from replica.certification.representation import hash_map
from replica.principal import Principal
from replica.reject import Reject
from replica.routing.requests import QueryRejected, QueryReplied, QueryRequest
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine

REQUEST_ID = b"q" * 32


def ask(replica: LocalReplica, canister_id: Principal, method: str) -> QueryReplied | QueryRejected:
    return replica.core.query(QueryRequest(REQUEST_ID, ALICE, canister_id, method, b"", canister_id))


def node_key(replica: LocalReplica) -> VerifyKey:
    """The node's key as clients fetch it: from the certified subnet."""
    tree = replica.read_state([(b"subnet",)])
    path = (b"subnet", replica.core.subnet_id, b"node", replica.core.node_id, b"public_key")
    der = lookup_value(tree, path)
    assert der is not None
    assert len(der) == 44
    return VerifyKey(der.removeprefix(ED25519_DER_PREFIX))


def test_a_query_knows_its_caller(replica: LocalReplica, notebook: Principal):
    assert replica.query(notebook, "who_asks", sender=ALICE) == ALICE


def test_a_query_changes_nothing(replica: LocalReplica, engine: ScriptedEngine):
    def write_and_read(ic: Ic, arg: bytes) -> None:
        ic.state.map_put(NOTES, b"note", b"fleeting")
        ic.reply(ic.state.map_get(NOTES, b"note"))

    notebook = replica.canister(define_notebook(engine, "peek", queries={"write_and_read": write_and_read}))
    before = replica.core.state_digest()

    assert replica.query(notebook, "write_and_read") == b"fleeting"

    assert replica.query(notebook, "read") == b""
    replica.restart()
    assert replica.query(notebook, "read") == b""
    assert before != b""


def test_an_update_method_cannot_be_queried(replica: LocalReplica, notebook: Principal):
    with pytest.raises(Reject, match=r"Canister has no query method 'write'\.") as failure:
        replica.query(notebook, "write")

    assert failure.value.error_code == "IC0536"


def test_a_query_that_traps_is_rejected_and_not_logged(replica: LocalReplica, engine: ScriptedEngine):
    def fail(ic: Ic, arg: bytes) -> None:
        raise KeyError("nothing here")

    notebook = replica.canister(define_notebook(engine, "failing", queries={"fail": fail}))

    with pytest.raises(Reject, match="nothing here"):
        replica.query(notebook, "fail")
    assert replica.logs(notebook) == []


def test_a_query_that_forgets_to_reply_is_rejected(replica: LocalReplica, engine: ScriptedEngine):
    notebook = replica.canister(define_notebook(engine, "silent", queries={"silent": lambda ic, arg: None}))

    with pytest.raises(Reject, match="did not produce a response"):
        replica.query(notebook, "silent")


def test_a_stopped_canister_answers_no_queries(replica: LocalReplica, notebook: Principal):
    replica.manage("stop_canister", {"canister_id": notebook}, sender=ALICE, target=notebook)

    with pytest.raises(Reject, match="is stopped and therefore does not have a CallContextManager"):
        replica.query(notebook, "read")


def test_a_reply_is_signed_by_the_node(replica: LocalReplica, notebook: Principal):
    replica.update(notebook, "write", b"milk")

    answer = ask(replica, notebook, "read")

    assert isinstance(answer, QueryReplied)
    signed = {
        "status": "replied",
        "reply": {"arg": b"milk"},
        "timestamp": answer.timestamp_ns,
        "request_id": REQUEST_ID,
    }
    node_key(replica).verify(b"\x0bic-response" + hash_map(signed), answer.signature)


def test_a_rejection_is_signed_by_the_node(replica: LocalReplica, notebook: Principal):
    answer = ask(replica, notebook, "sing")

    assert isinstance(answer, QueryRejected)
    signed = {
        "status": "rejected",
        "reject_code": 5,
        "reject_message": answer.message,
        "error_code": "IC0536",
        "timestamp": answer.timestamp_ns,
        "request_id": REQUEST_ID,
    }
    node_key(replica).verify(b"\x0bic-response" + hash_map(signed), answer.signature)


# -- Certified data --------------------------------------------------------------------------------------------------


@pytest.fixture
def certifying(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    def set_data(ic: Ic, arg: bytes) -> None:
        ic.set_certified_data(arg)
        ic.reply(b"present" if ic.data_certificate() else b"absent")

    def certificate(ic: Ic, arg: bytes) -> None:
        ic.reply(ic.data_certificate() or b"")

    return replica.canister(
        define_notebook(engine, "certifying", updates={"set": set_data}, queries={"certificate": certificate})
    )


def certified_data(replica: LocalReplica, canister_id: Principal) -> bytes | None:
    tree = replica.verified(replica.query(canister_id, "certificate"))
    return lookup_value(tree, (b"canister", canister_id, b"certified_data"))


def test_certified_data_is_empty_at_first_and_follows_updates(replica: LocalReplica, certifying: Principal):
    assert certified_data(replica, certifying) == b""

    assert replica.update(certifying, "set", b"root hash") == b"absent"

    assert certified_data(replica, certifying) == b"root hash"


def test_certified_data_above_32_bytes_traps_and_changes_nothing(replica: LocalReplica, certifying: Principal):
    replica.update(certifying, "set", b"a" * 32)

    with pytest.raises(Reject, match="exceeds 32"):
        replica.update(certifying, "set", b"b" * 33)

    assert certified_data(replica, certifying) == b"a" * 32


def test_a_query_called_as_an_update_has_no_certificate(replica: LocalReplica, certifying: Principal):
    assert replica.update(certifying, "certificate") == b""


def test_certificates_stay_young_while_nothing_happens(replica: LocalReplica, certifying: Principal):
    replica.clock.advance(hours=3)

    tree = replica.verified(replica.query(certifying, "certificate"))

    age_ns = replica.clock.now_ns() - _leb128_value(lookup_value(tree, (b"time",)) or b"")
    assert 0 <= age_ns <= 1_000_000_000


def _leb128_value(data: bytes) -> int:
    return sum((byte & 0x7F) << 7 * position for position, byte in enumerate(data))


# -- Composite queries -----------------------------------------------------------------------------------------------


@pytest.fixture
def composing(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal) -> Principal:
    replica.update(notebook, "write", b"milk")

    def ask_two(ic: Ic, arg: bytes) -> Running:
        first = yield CallOut(notebook, "read")
        second = yield CallOut(notebook, arg.decode())
        ic.reply(show(first) + b", " + show(second))

    return replica.canister(define_notebook(engine, "composing", composite_queries={"ask_two": ask_two}))


def test_a_composite_query_asks_other_canisters(replica: LocalReplica, composing: Principal):
    reply = replica.query(composing, "ask_two", b"who_asks")

    assert reply == b"ok: milk, ok: " + composing


def test_a_composite_query_cannot_reach_update_methods(replica: LocalReplica, composing: Principal):
    reply = replica.query(composing, "ask_two", b"write")

    assert b"ok: milk, err 5" in reply
    assert b"has no query method 'write'" in reply


def test_a_composite_query_cannot_be_called_as_an_update(replica: LocalReplica, composing: Principal):
    with pytest.raises(Reject) as failure:
        replica.update(composing, "ask_two", b"read")

    assert failure.value.error_code == "IC0527"


def test_a_composite_query_that_asks_itself_for_ever_is_stopped(replica: LocalReplica, engine: ScriptedEngine):
    def ask_myself(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(ic.canister_id, "ask_myself")
        ic.reply(show(response))

    endless = replica.canister(define_notebook(engine, "endless", composite_queries={"ask_myself": ask_myself}))

    assert b"too many or too deep" in replica.query(endless, "ask_myself")
