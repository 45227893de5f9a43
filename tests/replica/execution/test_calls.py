"""Calls to other canisters: generators that are resumed when the answer is there."""

from __future__ import annotations

import gc

import pytest

from replica.candid.did import Interface, parse_did
from replica.reject import Trap
from tests.replica.execution.fake_system import ALICE, PEER, FakeCanister, canister

PEER_INTERFACE = parse_did(
    "service : { greet : (text, nat) -> (text); count : () -> (nat) query; ping : () -> (); raw_rand : () -> (blob); };"
)


@pytest.fixture
def calls() -> FakeCanister:
    return canister("calls")


@pytest.fixture
def peer() -> Interface:
    return PEER_INTERFACE


def test_a_call_is_sent_with_the_declared_types(calls: FakeCanister, peer: Interface) -> None:
    calls.send("greet_peer", PEER, "alice")

    sent = calls.calls[0]
    assert (sent.callee, sent.method, sent.cycles) == (PEER, "greet", 0)
    assert peer.decode_args("greet", sent.arg) == ("alice", 2)


def test_the_reply_resumes_the_method_where_it_waited(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("greet_peer", PEER, "alice")
    assert context.answer is None

    calls.answer(peer.encode_results("greet", "hi"))

    assert calls.result("greet_peer", context) == "Ok: hi"
    assert calls.query("remembered") == ["before", "after"]


def test_a_rejection_is_a_value(calls: FakeCanister) -> None:
    context = calls.send("greet_peer", PEER, "alice")

    calls.answer("no")

    assert calls.result("greet_peer", context) == "Err: Rejection code 4, no"


def test_a_reply_of_another_type_is_an_error_value(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("greet_peer", PEER, "alice")

    calls.answer(peer.encode_results("count", 5))

    assert "Rejection code 5, failed to decode canister response" in calls.result("greet_peer", context)


def test_a_full_queue_is_an_error_value_at_once(calls: FakeCanister) -> None:
    calls.is_queue_full = True

    assert calls.update("greet_peer", PEER, "alice") == "Err: Rejection code 2, Couldn't send message"


def test_a_void_answer_has_neither_value_nor_error(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("ping_peer", PEER)

    calls.answer(peer.encode_results("ping"))

    assert calls.result("ping_peer", context) == "None None"


def test_an_update_needs_no_annotation_to_await(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("greet_peer_plainly", PEER)

    calls.answer(peer.encode_results("greet", "hi"))

    assert calls.result("greet_peer_plainly", context) == "hi"


def test_raw_calls_carry_bytes_and_cycles(calls: FakeCanister) -> None:
    context = calls.send("raw", PEER, b"data")
    assert (calls.calls[0].method, calls.calls[0].arg, calls.calls[0].cycles) == ("anything", b"data", 5)

    calls.answer(b"answer")

    assert calls.result("raw", context) == b"answer"


def test_cycles_go_with_a_call_and_refunds_come_back(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("pay", PEER)
    assert calls.calls[0].cycles == 7

    calls.answer(peer.encode_results("greet", "thanks"), refunded=3)

    assert calls.result("pay", context) == "thanks 3"


def test_generators_await_inside_generators(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("nested", PEER)

    calls.answer(peer.encode_results("greet", "one"))
    calls.answer(peer.encode_results("greet", "two"))

    assert calls.result("nested", context) == "one!two!"


def test_calls_of_one_method_go_out_one_after_the_other(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("two_in_turn", PEER)
    calls.answer(peer.encode_results("greet", "one"))
    calls.answer(peer.encode_results("count", 2))

    assert calls.result("two_in_turn", context) == "one 2"


def test_two_calls_of_one_method_do_not_mix(calls: FakeCanister, peer: Interface) -> None:
    first = calls.send("greet_peer", PEER, "alice")
    second = calls.send("greet_peer", PEER, "bob")

    calls.answer(peer.encode_results("greet", "alice"))
    calls.answer(peer.encode_results("greet", "bob"))

    assert calls.result("greet_peer", first) == "Ok: alice"
    assert calls.result("greet_peer", second) == "Ok: bob"


def test_what_a_yielded_generator_raises_passes_the_outer_one_by(calls: FakeCanister, peer: Interface) -> None:
    calls.send("fails_inside", PEER)

    with pytest.raises(Trap, match="ValueError: inner"):
        calls.answer(peer.encode_results("ping"))
    assert calls.query("remembered") == []


def test_what_a_delegated_generator_raises_can_be_caught(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("catches_from", PEER)

    calls.answer(peer.encode_results("ping"))

    assert calls.result("catches_from", context) == "caught"


def test_a_trap_after_an_await_undoes_only_what_came_after_it(calls: FakeCanister, peer: Interface) -> None:
    calls.send("traps_after", PEER)

    with pytest.raises(Trap, match="too late"):
        calls.answer(peer.encode_results("ping"))

    assert calls.query("remembered") == ["kept"]


def test_a_call_that_is_never_answered_cleans_up_nowhere(calls: FakeCanister) -> None:
    calls.send("cleans_up", PEER)

    calls.calls.clear()
    gc.collect()

    assert calls.query("remembered") == []


def test_an_argument_that_does_not_convert_traps(calls: FakeCanister) -> None:
    with pytest.raises(Trap, match="TypeError"):
        calls.send("bad_argument", PEER)


def test_too_few_arguments_are_a_panic(calls: FakeCanister) -> None:
    with pytest.raises(Trap, match="Panicked at 'index out of bounds"):
        calls.send("too_few", PEER)


def test_only_calls_and_generators_can_be_awaited(calls: FakeCanister) -> None:
    with pytest.raises(Trap, match="AttributeError: 'int' object has no attribute 'name'"):
        calls.send("yields_nonsense")


def test_after_an_await_the_caller_is_the_same_and_the_reply_is_the_argument(calls: FakeCanister) -> None:
    context = calls.send("after_await", PEER)

    calls.answer(b"raw")

    assert calls.result("after_await", context) == f"NoError {b'raw'!r} {ALICE.text}"


def test_after_a_rejection_its_code_and_message_can_be_asked_for(calls: FakeCanister) -> None:
    context = calls.send("after_await", PEER)

    calls.answer("because")

    assert calls.result("after_await", context) == f"CanisterReject because {ALICE.text}"


def test_a_composite_query_awaits_other_queries(calls: FakeCanister, peer: Interface) -> None:
    assert calls.module.methods["composite"].kind == "composite_query"
    assert calls.query("composite", PEER) is None

    context = calls.answer(peer.encode_results("count", 9))

    assert calls.result("composite", context) == 9


def test_a_plain_query_can_build_a_call_and_not_send_it(calls: FakeCanister) -> None:
    assert calls.query("sneaky", PEER) == ["a"]
    assert calls.calls == []


@pytest.mark.parametrize(
    ("method", "name", "cycles"), [("tell", "ping", 0), ("tell_and_pay", "greet", 9), ("tell_raw", "hello", 3)]
)
def test_a_notification_is_sent_and_not_awaited(calls: FakeCanister, method: str, name: str, cycles: int) -> None:
    assert calls.update(method, PEER) == {"Ok": None}

    sent = calls.calls[0]
    assert (sent.callee, sent.method, sent.cycles, sent.continuation) == (PEER, name, cycles, None)


def test_a_notification_that_cannot_be_sent_says_so(calls: FakeCanister) -> None:
    calls.is_queue_full = True

    assert calls.update("tell", PEER) == {"Err": {"SysTransient": None}}


def test_the_management_canister_is_a_service_like_others(calls: FakeCanister, peer: Interface) -> None:
    context = calls.send("random_bytes")
    assert (calls.calls[0].callee, calls.calls[0].method) == (b"", "raw_rand")

    calls.answer(peer.encode_results("raw_rand", bytes(32)))

    assert calls.result("random_bytes", context) == bytes(32)


def test_a_service_argument_is_an_object_of_its_class(calls: FakeCanister) -> None:
    assert calls.query("friend", PEER) == (f"Peer {PEER.text}", PEER)
