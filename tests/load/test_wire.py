"""Envelopes are those of ic-py, and answers are read as the protocol says."""

import cbor2
import pytest
from ic.candid import Types, encode
from ic.identity import Identity

from load.wire import Result, call_answer, call_envelope, query_answer
from parley.agent import AgentRejected
from parley.identity import FastIdentity
from replica.principal import Principal

CANISTER = Principal.from_counter(7)


def test_an_envelope_is_signed_as_ic_py_would_sign_it():
    identity = FastIdentity(bytes(range(32)))

    request_id, body = call_envelope(identity, CANISTER, "send_message", b"DIDL\0\0")
    envelope = cbor2.loads(body)

    public_key, signature = Identity(bytes(range(32)).hex()).sign(b"\x0aic-request" + request_id)
    assert envelope["sender_pubkey"] == public_key
    assert envelope["sender_sig"] == signature
    assert envelope["content"]["canister_id"] == CANISTER


def test_two_equal_calls_are_two_requests():
    identity = FastIdentity(bytes(range(32)))

    first, _ = call_envelope(identity, CANISTER, "send_message", b"DIDL\0\0")
    second, _ = call_envelope(identity, CANISTER, "send_message", b"DIDL\0\0")

    assert first != second


def certificate(request_id: bytes, **leaves: bytes) -> bytes:
    tree: list[object] = [0]
    for label, value in sorted(leaves.items(), reverse=True):
        leaf = [2, label.encode(), [3, value]]
        tree = leaf if tree == [0] else [1, leaf, tree]
    return cbor2.dumps({"tree": [2, b"request_status", [2, request_id, tree]], "signature": b""})


def answer(**leaves: bytes) -> bytes:
    return cbor2.dumps({"status": "replied", "certificate": certificate(b"id", **leaves)})


def test_a_reply_a_rejection_and_no_answer_yet_are_told_apart():
    assert call_answer(answer(status=b"replied", reply=b"DIDL\0\0"), b"id") == b"DIDL\0\0"
    assert call_answer(answer(status=b"processing"), b"id") is None
    with pytest.raises(AgentRejected, match="not now") as rejection:
        call_answer(answer(status=b"rejected", reject_code=b"\x04", reject_message=b"not now"), b"id")
    assert rejection.value.code == 4


def test_a_rejection_before_execution_is_a_rejection_too():
    body = {"status": "non_replicated_rejection", "reject_code": 3, "reject_message": "gone", "error_code": "IC0301"}

    with pytest.raises(AgentRejected, match="gone"):
        call_answer(cbor2.dumps(body), b"id")
    with pytest.raises(AgentRejected, match="gone"):
        query_answer(cbor2.dumps({**body, "status": "rejected"}))


def test_results_are_read_by_the_names_of_their_fields():
    types = Types.Variant({"Success": Types.Record({"event_index": Types.Nat32}), "NotFound": Types.Null})

    success = Result(encode([{"type": types, "value": {"Success": {"event_index": 9}}}]))
    refusal = Result(encode([{"type": types, "value": {"NotFound": None}}]))

    assert success.is_one_of(("Success",))
    assert success.fields["event_index"] == 9
    assert not refusal.is_one_of(("Success",))
