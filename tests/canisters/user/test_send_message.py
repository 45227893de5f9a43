"""Sending: what both sides see, what is refused, and what sending twice does."""

import pytest

from replica.principal import Principal
from tests.fixtures.people import messages


def test_bob_reads_what_alice_sends(alice, bob):
    alice.sends(bob, "hi")
    alice.sends(bob, "are you there?")

    assert bob.reads(alice) == ["hi", "are you there?"]
    assert alice.reads(bob) == ["hi", "are you there?"]


def test_the_answer_says_where_the_message_stands(system, alice, bob):
    alice.sends(bob, "hi")

    result = alice.sends(bob, "again")["Success"]

    assert result == {
        "chat_id": bob.user_id,
        "event_index": 2,
        "message_index": 1,
        "timestamp": system.clock.now_ns() // 1_000_000,
    }


def test_a_chat_begins_with_its_creation(alice, bob):
    alice.sends(bob, "hi", correlation_id=77)

    created, message = bob.pages(alice)["Success"]["events"]

    assert created["event"] == {"DirectChatCreated": None}
    assert (created["index"], message["index"]) == (0, 1)
    assert message["correlation_id"] == 77
    assert message["event"]["Message"]["sender"] == alice.user_id


def test_two_people_talk(alice, bob):
    alice.sends(bob, "hi")
    bob.sends(alice, "hello")
    alice.sends(bob, "how are you?")

    assert alice.reads(bob) == bob.reads(alice) == ["hi", "hello", "how are you?"]


def test_the_longest_text_arrives_whole(alice, bob):
    text = "ü" * 2_500

    alice.sends(bob, text)

    assert bob.reads(alice) == [text]


def test_a_reply_names_the_event_of_each_side(alice, bob):
    alice.blocks(bob)
    bob.sends(alice, "nobody hears this")
    alice.unblocks(bob)
    alice.sends(bob, "one")
    bob.sends(alice, "two")
    event_index = bob.pages(alice)["Success"]["latest_event_index"]

    bob.sends(alice, "three", replies_to={"event_index": event_index, "chat_id_if_other": None})

    seen_by_bob = messages(bob.pages(alice))[-1]["replies_to"]
    seen_by_alice = messages(alice.pages(bob))[-1]["replies_to"]
    assert seen_by_bob == {"event_index": 3, "chat_id_if_other": None}
    assert seen_by_alice == {"event_index": 2, "chat_id_if_other": None}


def test_a_reply_to_another_chat_keeps_its_context(alice, bob, carol):
    context = {"event_index": 9, "chat_id_if_other": carol.user_id}

    alice.sends(bob, "about what she said", replies_to=context, forwarding=True)

    message = messages(bob.pages(alice))[-1]
    assert message["replies_to"] == context
    assert message["forwarded"]


# -- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_empty_message_is_refused(alice, bob, text):
    assert alice.sends(bob, text) == {"MessageEmpty": None}
    assert alice.reads(bob) == {"ChatNotFound": None}


def test_a_message_that_is_too_long_is_told_so(alice, bob):
    refused = alice.sends(bob, "ü" * 2_501)

    assert refused == {"TextTooLong": {"length_provided": 5_002, "max_length": 5_000}}
    assert alice.reads(bob) == {"ChatNotFound": None}


def test_a_recipient_i_blocked_is_refused_before_anything_else(alice, bob):
    alice.blocks(bob)

    assert alice.sends(bob, "") == {"RecipientBlocked": None}

    alice.unblocks(bob)
    assert "Success" in alice.sends(bob, "hi")


@pytest.mark.parametrize(
    "nobody", [Principal(b""), Principal(b"\x04"), Principal.from_counter(999), Principal(b"x" * 29)]
)
def test_a_recipient_who_is_not_registered_is_not_found(alice, bob, nobody):
    assert alice.sends(bob, "hi", recipient=nobody) == {"RecipientNotFound": None}
    assert alice.initial_state()["direct_chats"] == []


def test_a_canister_of_ours_that_is_no_person_is_not_found(system, alice, bob):
    assert alice.sends(bob, "hi", recipient=system.deployment["user_index"]) == {"RecipientNotFound": None}


def test_nobody_writes_to_themselves(alice):
    assert alice.sends(alice, "note") == {"InvalidRequest": "You cannot send messages to yourself"}


def test_a_sender_name_longer_than_any_name_is_refused(alice, bob):
    assert "InvalidRequest" in alice.sends(bob, "hi", sender_name="x" * 26)


@pytest.mark.parametrize("event_index", [0, 2, 4_000_000_000])
def test_a_reply_to_what_is_not_a_message_here_is_refused(alice, bob, event_index):
    context = {"event_index": event_index, "chat_id_if_other": None}
    assert "InvalidRequest" in alice.sends(bob, "hi", replies_to=context)
    alice.sends(bob, "hi")

    assert "InvalidRequest" in alice.sends(bob, "hi", replies_to=context)
    assert alice.reads(bob) == ["hi"]


def test_an_index_that_cannot_be_asked_is_an_internal_error_and_leaves_nothing(system, alice, bob):
    assert alice.user_id
    message = alice.message(bob, "hi")
    system.stop(system.deployment["user_index"])

    assert "InternalError" in alice.updates("send_message", message)
    assert alice.initial_state()["direct_chats"] == []

    system.start(system.deployment["user_index"])
    assert "Success" in alice.updates("send_message", message)


# -- Sending twice ---------------------------------------------------------------------------------------------------


def test_sending_again_with_the_same_id_answers_the_same_and_adds_nothing(system, alice, bob):
    message = alice.message(bob, "hi")
    first = alice.updates("send_message", message)
    system.clock.advance(seconds=5)

    assert alice.updates("send_message", message) == first

    assert alice.reads(bob) == bob.reads(alice) == ["hi"]


def test_an_id_that_the_other_person_used_is_refused(alice, bob):
    message = alice.message(bob, "hi")
    alice.updates("send_message", message)

    refused = bob.sends(alice, "hi", message_id=message["message_id"])

    assert refused == {"InvalidRequest": "message_id is in use in this chat"}
    assert bob.reads(alice) == ["hi"]


def test_the_same_id_may_be_used_in_two_chats(alice, bob, carol):
    alice.sends(bob, "hi", message_id=5)

    assert "Success" in alice.sends(carol, "hi", message_id=5)


def test_two_first_messages_at_once_open_one_chat(system, alice, bob):
    assert alice.user_id != bob.user_id
    requests = [alice.submits(bob, "one"), alice.submits(bob, "two"), bob.submits(alice, "three")]
    system.settle()

    assert all(system.replica.core.is_finished(request) for request in requests)
    assert sorted(alice.reads(bob)) == sorted(bob.reads(alice)) == ["one", "three", "two"]
    assert len(alice.initial_state()["direct_chats"]) == 1
