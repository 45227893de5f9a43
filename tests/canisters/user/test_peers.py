"""Peers that run code of their own: what they push, how they answer, and what that can and cannot do here."""

import pytest

from canisters.lib import c2c, outbox
from parley.interfaces import interface
from tests.fixtures.people import messages
from tests.fixtures.strangers import Stranger


@pytest.fixture
def peer(mallory, tmp_path):
    """Mallory is registered, and her canister runs code of her own."""
    return Stranger.take_over(mallory, tmp_path)


def message(seq, text="hi", **changes: object):
    return {
        "seq": seq,
        "kind": "message",
        "message_id": 1_000 + seq,
        "sender_message_index": seq,
        "content": {"Text": {"text": text}},
        **changes,
    }


def push(peer, bob, *events: object, **changes: object):
    """Push events to bob; the reply, or the text of the reject."""
    payload = c2c.encode(c2c.request(events=list(events), **changes))
    answer = peer.forwards(bob.user_id, "c2c_push_events", c2c.to_candid(payload))
    return c2c.decode(c2c.from_candid(answer["Ok"])) if "Ok" in answer else answer["Err"]


def read(bob, mallory):
    return [body["content"]["Text"]["text"] for body in messages(bob.pages(mallory))]


# -- What they push --------------------------------------------------------------------------------------------------


def test_events_are_taken_in_order_and_once(peer, bob, mallory):
    assert push(peer, bob, message(0, "a"), message(1, "b")) == {"Success": {"next": 2}}
    assert push(peer, bob, message(0, "a"), message(1, "b"), message(2, "c")) == {"Success": {"next": 3}}

    assert read(bob, mallory) == ["a", "b", "c"]


def test_a_gap_stops_what_follows(peer, bob, mallory):
    push(peer, bob, message(0, "a"))

    assert push(peer, bob, message(1, "b"), message(3, "d"), message(4, "e")) == {"Success": {"next": 2}}

    assert read(bob, mallory) == ["a", "b"]


def test_what_the_sender_has_settled_is_not_waited_for(peer, bob, mallory):
    push(peer, bob, message(0, "a"))

    assert push(peer, bob, message(5, "f"), base=5) == {"Success": {"next": 6}}

    assert read(bob, mallory) == ["a", "f"]


def test_a_base_below_what_is_here_changes_nothing(peer, bob, mallory):
    push(peer, bob, message(5, "f"), base=5)

    assert push(peer, bob, message(0, "a"), base=0) == {"Success": {"next": 6}}

    assert read(bob, mallory) == ["f"]


def test_a_message_id_that_is_here_already_is_passed_over(peer, bob, mallory):
    push(peer, bob, message(0, "a"))

    assert push(peer, bob, message(1, "again", message_id=1_000), message(2, "c")) == {"Success": {"next": 3}}

    assert read(bob, mallory) == ["a", "c"]


@pytest.mark.parametrize(
    "later",
    [
        {"kind": "telepathy"},
        {"kind": None},
        {"content": {"Hologram": {}}},
        {"content": {"Text": {"text": "x" * 5_001}}},
    ],
)
def test_kinds_and_content_that_are_not_known_are_passed_over(peer, bob, mallory, later):
    push(peer, bob, message(0, "a"))

    assert push(peer, bob, message(1, **later), message(2, "c")) == {"Success": {"next": 3}}

    assert read(bob, mallory) == ["a", "c"]


def test_of_content_only_what_this_version_knows_is_kept(peer, bob, mallory):
    """Whatever else stands there could not be shown, and would be a way to fill somebody's canister."""
    push(peer, bob, message(0))
    before = bob.asks("metrics")["memory_used"]

    content = {"Text": {"text": "hello", "colour": "red" * 100_000}, "Hologram": "x" * 300_000}
    push(peer, bob, message(1, content=content))

    assert read(bob, mallory) == ["hi", "hello"]
    assert bob.asks("metrics")["memory_used"] - before < 100_000


def test_a_chat_does_not_begin_with_anything_but_a_message(peer, bob, mallory):
    assert push(peer, bob, {"seq": 0, "kind": "mark_read", "read_up_to": 3}, message(1, kind="telepathy")) == {
        "Success": {"next": 2}
    }

    assert bob.reads(mallory) == {"ChatNotFound": None}
    assert bob.initial_state()["direct_chats"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": "1"},
        {"seq": -1},
        {"message_id": None},
        {"sender_message_index": 2**40},
        {"forwarding": "no"},
        {"replies_to": {}},
        {"replies_to": {"chat_id": 7, "event_index": 1}},
    ],
)
def test_a_malformed_event_undoes_the_whole_push(peer, bob, mallory, wrong):
    push(peer, bob, message(0, "a"))
    before = bob.initial_state()

    refused = push(peer, bob, message(1, "b"), {**message(2), **wrong})

    assert "must be" in refused
    assert bob.initial_state() == before
    assert push(peer, bob, message(1, "b")) == {"Success": {"next": 2}}


def test_a_reply_to_what_is_not_here_arrives_without_its_context(peer, bob, mallory):
    push(peer, bob, message(0, "a", replies_to={"message_id": 77}))

    assert messages(bob.pages(mallory))[0]["replies_to"] is None


def test_a_read_mark_beyond_what_was_written_is_cut(peer, bob, mallory):
    push(peer, bob, message(0, "a"))

    push(peer, bob, {"seq": 1, "kind": "mark_read", "read_up_to": 4_000_000_000})

    assert bob.summary(mallory)["read_by_them_up_to"] == 0


def test_a_message_that_crossed_mine_does_not_say_that_mine_was_read(peer, bob, mallory):
    bob.sends(mallory, "are you there?")

    push(peer, bob, message(0, "hello?", read_up_to=None))
    assert bob.summary(mallory)["read_by_them_up_to"] is None

    push(peer, bob, message(1, "yes", read_up_to=0))
    assert bob.summary(mallory)["read_by_them_up_to"] == 0


# -- How they answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xc1",
        c2c.encode({}),
        c2c.encode({"Success": None}),
        c2c.encode({"Success": {"next": 0}}),
        c2c.encode({"Success": {"next": "all"}}),
        c2c.encode({"NotKnown": None}),
        c2c.encode({"SomethingNew": {"next": 2**60}}),
    ],
    ids=range(8),
)
def test_an_answer_that_settles_nothing_is_a_failure_to_be_tried_again(system, peer, bob, mallory, answer):
    peer.answers_with(answer)
    bob.sends(mallory, "hi")
    assert bob.summary(mallory)["confirmed_up_to"] is None

    sent = c2c.decode(peer.last_request())["events"]
    peer.answers_with(c2c.encode({"Success": {"next": sent[-1]["seq"] + 1}}))
    system.wait(seconds=10)

    assert bob.summary(mallory)["confirmed_up_to"] == 0


def test_an_answer_beyond_what_was_sent_settles_what_was_sent(peer, bob, mallory):
    peer.answers_with(c2c.encode({"Success": {"next": 2**60}}))
    bob.sends(mallory, "one")
    bob.sends(mallory, "two")

    assert bob.summary(mallory)["confirmed_up_to"] == 1


def test_what_is_sent_says_where_it_begins(peer, bob, mallory):
    peer.answers_with(b"")
    bob.sends(mallory, "one")
    first = c2c.decode(peer.last_request())

    bob.sends(mallory, "two")
    second = c2c.decode(peer.last_request())

    assert first["v"] == 1
    assert [event["content"]["Text"]["text"] for event in second["events"]] == ["one", "two"]
    assert second["base"] == first["base"] == first["events"][0]["seq"]


def test_a_canister_that_lost_its_memory_continues_above_what_its_peers_have_seen(system, alice, bob):
    alice.sends(bob, "before")
    system.clock.advance(seconds=1)
    settings = {
        "owner": alice.principal,
        "username": "alice",
        **{f"{name}_canister_id": system.deployment[name] for name in ("user_index", "group_index", "notifications")},
    }
    reinstall(system, alice, settings)

    alice.sends(bob, "after")

    assert alice.reads(bob) == ["after"]
    assert bob.reads(alice) == ["before", "after"]


def reinstall(system, person, settings):
    arg = interface("user").encode_init(settings)
    system.replica.install(
        person.user_id, system.modules["user"], arg, mode="reinstall", controller=system.deployment["user_index"]
    )


def test_a_peer_that_never_answers_well_does_not_slow_others(system, peer, bob, mallory, alice):
    peer.answers_with(b"")
    for number in range(outbox.BATCH_ITEMS_MAX + 5):
        bob.sends(mallory, f"message {number}")

    bob.sends(alice, "hi")

    assert alice.reads(bob) == ["hi"]
