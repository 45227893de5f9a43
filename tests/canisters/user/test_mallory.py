"""What strangers try: other people's methods, forged messages between canisters, malformed and huge input."""

import msgpack
import pytest

from canisters.lib import c2c
from parley.agent import AgentRejected
from parley.interfaces import ask, call, interface
from replica.principal import ANONYMOUS
from tests.fixtures.strangers import Stranger

OWNERS_UPDATES = (
    "send_message",
    "mark_read_v2",
    "block_user",
    "unblock_user",
    "create_group",
    "join_group_v2",
    "leave_group",
)


@pytest.fixture
def stranger(mallory, tmp_path):
    return Stranger(mallory, tmp_path)


def arguments(alice, bob):
    """Arguments with which each of the owner's methods works."""
    group = {"chat_id": bob.user_id, "correlation_id": 0}
    page = {
        "user_id": bob.user_id,
        "start_index": 0,
        "ascending": True,
        "max_events": 10,
        "latest_client_event_index": None,
    }
    return {
        "send_message": (alice.message(bob, "hi"),),
        "mark_read_v2": ({"messages_read": []},),
        "block_user": ({"user_id": bob.user_id},),
        "unblock_user": ({"user_id": bob.user_id},),
        "create_group": (
            {"is_public": False, "name": "hiking", "description": "", "history_visible_to_new_joiners": True},
        ),
        "join_group_v2": (group,),
        "leave_group": (group,),
        "initial_state": (),
        "updates": ({"updates_since": 0},),
        "events": (page,),
        "events_by_index": ({"user_id": bob.user_id, "events": [1], "latest_client_event_index": None},),
    }


def test_strangers_are_rejected_by_every_method_of_the_owner(system, alice, bob, mallory):
    alice.sends(bob, "hi")
    before = alice.initial_state()
    for method, values in arguments(alice, bob).items():
        for agent in (mallory.agent, bob.agent, system.operator, system.replica.agent(ANONYMOUS)):
            request = call if method in OWNERS_UPDATES else ask
            with pytest.raises(AgentRejected) as rejected:
                request(agent, "user", alice.user_id, method, *values)
            if request is ask:
                assert rejected.value.message.endswith("Caller is not the owner")
    assert alice.initial_state() == before


def test_the_guard_holds_where_the_ingress_filter_does_not_look(alice, bob, stranger):
    for method in OWNERS_UPDATES:
        raw = interface("user").encode_args(method, *arguments(alice, bob)[method])

        refused = stranger.forwards(alice.user_id, method, raw)

        assert "Caller is not the owner" in refused["Err"], method


def test_anybody_may_see_the_public_profile_and_the_metrics(alice, bob, mallory):
    alice.sends(bob, "hi")

    assert ask(mallory.agent, "user", alice.user_id, "public_profile")["username"] == "alice"
    metrics = ask(mallory.agent, "user", alice.user_id, "metrics")
    assert (metrics["direct_chats"], metrics["group_chats"], metrics["messages"]) == (1, 0, 1)
    assert metrics["memory_used"] > 0
    assert metrics["cycles_balance"] > 0
    assert ask(mallory.agent, "user", alice.user_id, "wasm_status")["version"] > 0


@pytest.mark.parametrize("method", ["c2c_push_events", "c2c_try_add_to_group"])
def test_methods_for_canisters_are_closed_to_people(alice, method):
    payload = c2c.encode(c2c.request(events=[], added_by=b"x"))

    with pytest.raises(AgentRejected):
        call(alice.agent, "user", alice.user_id, method, payload)


def forged(**changes: object):
    event = {
        "seq": 0,
        "kind": "message",
        "message_id": 1,
        "sender_name": "alice",
        "sender_message_index": 0,
        "content": {"Text": {"text": "it is me, alice"}},
    }
    return c2c.encode(c2c.request(base=0, events=[{**event, **changes}]))


def test_a_canister_that_is_no_person_cannot_write_to_anybody(bob, stranger):
    answer = stranger.forwards(bob.user_id, "c2c_push_events", c2c.to_candid(forged()))

    assert c2c.decode(c2c.from_candid(answer["Ok"])) == {"NotKnown": None}
    assert bob.initial_state()["direct_chats"] == []


def test_a_canister_that_is_no_group_cannot_add_anybody_or_learn_their_principal(alice, bob, stranger):
    payload = c2c.encode(c2c.request(added_by=alice.user_id))

    answer = stranger.forwards(bob.user_id, "c2c_try_add_to_group", c2c.to_candid(payload))

    assert "not a group" in answer["Err"]
    assert bob.principal.hex() not in str(answer)
    assert bob.initial_state()["group_chats"] == []


MALFORMED = {
    "not candid": b"",
    "another type": b"DIDL\x00\x01\x71\x02hi",
    "not messagepack": c2c.to_candid(b"\xc1"),
    "cut off": c2c.to_candid(b"\x82\xa1v"),
    "not a map": c2c.to_candid(msgpack.packb([1])),
    "no events": c2c.to_candid(c2c.encode(c2c.request())),
    "empty events": c2c.to_candid(c2c.encode(c2c.request(events=[]))),
    "too many events": c2c.to_candid(c2c.encode(c2c.request(events=[{"seq": n} for n in range(51)]))),
    "events that are no maps": c2c.to_candid(c2c.encode(c2c.request(events=[1]))),
    "a large text": c2c.to_candid(forged(sender_name="x" * 1_500_000)),
    "deep nesting": c2c.to_candid(b"\x91" * 100_000),
}


@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_messages_are_rejected_and_change_nothing(alice, bob, stranger, payload):
    alice.sends(bob, "hi")
    before = bob.initial_state()

    answer = stranger.forwards(bob.user_id, "c2c_push_events", payload)

    assert "Err" in answer or c2c.decode(c2c.from_candid(answer["Ok"])) == {"NotKnown": None}
    assert bob.initial_state() == before


def test_a_huge_text_is_refused_in_words(alice, bob):
    refused = alice.sends(bob, "x" * 1_000_000)

    assert refused == {"TextTooLong": {"length_provided": 1_000_000, "max_length": 5_000}}
