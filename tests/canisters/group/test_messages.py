"""Sending to a group and reading from it."""

from __future__ import annotations

import pytest

from parley.agent import AgentRejected
from replica.principal import ANONYMOUS, Principal
from replica.reject import Reject
from tests.fixtures.people import messages


@pytest.fixture
def group(alice, bob):
    return alice.creates_group("hiking", members=(bob,))


def events(person, group, **changes: object):
    args = {"start_index": 0, "ascending": True, "max_events": 150, "latest_client_event_index": None}
    return person.asks_group(group, "events", {**args, **changes})


def reads(person, group):
    result = events(person, group)
    return [message["content"]["Text"]["text"] for message in messages(result)] if "Success" in result else result


def test_members_read_what_members_send(alice, bob, group):
    sent = alice.sends(group, "meet at nine")
    bob.sends(group, "fine")

    assert sent["Success"]["message_index"] == 0
    assert sent["Success"]["event_index"] == 2
    assert sent["Success"]["timestamp"] == alice.system.clock.now_ns() // 1_000_000
    assert reads(alice, group) == reads(bob, group) == ["meet at nine", "fine"]


def test_a_message_is_kept_as_it_was_sent(alice, bob, group):
    alice.sends(group, "meet at nine")
    sent = alice.message(group, "Grüße 😀", replies_to={"event_index": 2}, forwarding=True, correlation_id=7)
    bob.sends(group, "ignored", **{**sent, "sender_name": "bobby"})

    wrapper = events(alice, group)["Success"]["events"][3]

    assert wrapper["index"] == 3
    assert wrapper["correlation_id"] == 7
    assert wrapper["event"]["Message"] == {
        "message_index": 1,
        "message_id": sent["message_id"],
        "sender": bob.user_id,
        "content": {"Text": {"text": "Grüße 😀"}},
        "replies_to": {"event_index": 2, "chat_id_if_other": None},
        "forwarded": True,
    }


def test_sending_again_gives_the_first_answer_and_no_second_message(alice, bob, group):
    message = alice.message(group, "meet at nine")
    first = alice.sends(group, "", **message)
    alice.system.wait(seconds=5)

    again = alice.sends(group, "", **{**message, "content": {"Text": {"text": "changed"}}})
    stolen = bob.sends(group, "", **message)

    assert again == first
    assert stolen == {"InvalidRequest": "message_id is taken"}
    assert reads(bob, group) == ["meet at nine"]


@pytest.mark.parametrize("text", ["", "  \n"])
def test_empty_messages_are_refused(alice, group, text):
    assert alice.sends(group, text) == {"MessageEmpty": None}


def test_the_length_of_a_message_is_counted_in_bytes(alice, group):
    assert "Success" in alice.sends(group, "ü" * 2_500)
    assert alice.sends(group, "ü" * 2_501) == {"TextTooLong": {"length_provided": 5_002, "max_length": 5_000}}


def test_a_message_as_large_as_a_call_may_be_is_refused(alice, group):
    refused = alice.sends(group, "x" * 1_900_000)

    assert refused == {"TextTooLong": {"length_provided": 1_900_000, "max_length": 5_000}}


def test_long_names_and_crowds_of_mentions_are_refused(alice, group):
    crowd = [{"user_id": alice.user_id, "username": "alice"}] * 101

    assert "InvalidRequest" in alice.sends(group, "hi", sender_name="x" * 101)
    assert "InvalidRequest" in alice.sends(group, "hi", mentioned=crowd)
    assert reads(alice, group) == []


@pytest.mark.parametrize("event_index", [0, 1, 2, 4_000_000_000])
def test_replies_name_a_message_that_is_there(alice, group, event_index):
    refused = alice.sends(group, "hi", replies_to={"event_index": event_index})

    assert refused == {"InvalidRequest": "replies_to names no message"}


def test_strangers_neither_read_nor_write(alice, bob, mallory, group):
    alice.sends(group, "meet at nine")
    mallory.registers()

    assert events(mallory, group) == {"CallerNotInGroup": None}
    assert mallory.asks_group(group, "events_by_index", {"events": [1], "latest_client_event_index": None}) == {
        "CallerNotInGroup": None
    }
    assert mallory.asks_group(group, "summary") == {"CallerNotInGroup": None}
    assert mallory.asks_group(group, "summary_updates", {"updates_since": 0}) == {"CallerNotInGroup": None}
    assert mallory.asks_group(group, "selected_initial") == {"CallerNotInGroup": None}
    assert mallory.asks_group(group, "public_summary") == {"NotAuthorized": None}
    with pytest.raises(AgentRejected):
        mallory.sends(group, "hello")


def test_the_anonymous_principal_is_nobody(alice, group):
    replica = alice.system.replica

    with pytest.raises(Reject):
        replica.update(group.chat_id, "send_message", b"DIDL\x00\x00", sender=ANONYMOUS)


def test_a_member_who_left_cannot_read_later_messages(alice, bob, group):
    assert bob.leaves(group) == {"Success": None}

    alice.sends(group, "meet at nine")

    assert reads(bob, group) == {"CallerNotInGroup": None}


def test_hidden_history_stays_hidden(alice, bob):
    group = alice.creates_group("secrets", history_visible_to_new_joiners=False)
    early = alice.sends(group, "before bob")["Success"]
    alice.adds(group, bob)
    alice.sends(group, "after bob")

    assert reads(bob, group) == ["after bob"]
    assert reads(alice, group) == ["before bob", "after bob"]
    by_index = {"events": [early["event_index"], 0, 3, 99], "latest_client_event_index": None}
    found = bob.asks_group(group, "events_by_index", by_index)["Success"]["events"]
    assert [wrapper["index"] for wrapper in found] == [3]
    refused = bob.sends(group, "what?", replies_to={"event_index": early["event_index"]})
    assert refused == bob.sends(group, "what?", replies_to={"event_index": 99})


def test_visible_history_is_there_for_those_who_come_later(alice, bob):
    group = alice.creates_group("hiking")
    alice.sends(group, "before bob")

    alice.adds(group, bob)

    assert reads(bob, group) == ["before bob"]


def test_pages_go_both_ways_and_stay_within_their_limits(alice, group):
    for number in range(5):
        alice.sends(group, str(number))

    def indexes(**changes: object) -> list[int]:
        return [wrapper["index"] for wrapper in events(alice, group, **changes)["Success"]["events"]]

    assert indexes(start_index=3, max_events=2) == [3, 4]
    assert indexes(start_index=3, ascending=False, max_events=2) == [2, 3]
    assert indexes(start_index=99, ascending=False, max_events=2) == [5, 6]
    assert indexes(start_index=99) == []
    assert indexes(max_events=0) == []


def test_a_replica_that_lags_behind_says_so(alice, group):
    assert events(alice, group, latest_client_event_index=1)["Success"]["latest_event_index"] == 1
    assert events(alice, group, latest_client_event_index=2) == {"ReplicaNotUpToDate": 1}
    by_index = {"events": [0], "latest_client_event_index": 2}
    assert alice.asks_group(group, "events_by_index", by_index) == {"ReplicaNotUpToDate": 1}


def test_summaries_change_with_every_change_and_only_then(alice, bob, group):
    summary = alice.asks_group(group, "summary")["Success"]
    since = {"updates_since": summary["last_updated"]}

    assert alice.asks_group(group, "summary_updates", since) == {"SuccessNoUpdates": None}

    bob.sends(group, "news")
    updated = alice.asks_group(group, "summary_updates", since)["Success"]

    assert updated == alice.asks_group(group, "summary")["Success"]
    assert updated["latest_message"]["event"]["Message"]["content"] == {"Text": {"text": "news"}}
    assert (updated["latest_message_index"], updated["latest_event_index"]) == (0, 2)
    assert alice.asks_group(group, "summary_updates", {"updates_since": updated["last_updated"]}) == {
        "SuccessNoUpdates": None
    }


def test_a_summary_says_who_one_is(alice, bob, group):
    mine, theirs = (person.asks_group(group, "summary")["Success"] for person in (alice, bob))

    assert (mine["role"], theirs["role"]) == ({"Owner": None}, {"Participant": None})
    assert (mine["name"], mine["participant_count"], mine["is_public"]) == ("hiking", 2, False)
    assert mine["chat_id"] == group.chat_id
    assert mine["latest_message"] is None
    assert mine["notifications_muted"] is False


def test_a_hidden_latest_message_is_not_in_the_summary(alice, bob):
    group = alice.creates_group("secrets", history_visible_to_new_joiners=False)
    alice.sends(group, "before bob")
    alice.adds(group, bob)

    summary = bob.asks_group(group, "summary")["Success"]

    assert (summary["latest_message"], summary["latest_message_index"]) == (None, None)
    assert (summary["min_visible_event_index"], summary["min_visible_message_index"]) == (2, 1)


def test_metrics_count(alice, bob, group):
    alice.sends(group, "one")

    metrics = alice.asks_group(group, "metrics")

    assert (metrics["participants"], metrics["messages"]) == (2, 1)
    assert metrics["memory_used"] > 0


def test_members_are_listed_with_their_roles(alice, bob, group):
    details = alice.asks_group(group, "selected_initial")["Success"]

    assert details["latest_event_index"] == 1
    assert [(one["user_id"], one["role"]) for one in details["participants"]] == [
        (alice.user_id, {"Owner": None}),
        (bob.user_id, {"Participant": None}),
    ]


def test_garbage_is_refused_and_nothing_changes(alice, group):
    for garbage in (b"", b"DIDL", b"DIDL\x00\x00", b"\x00" * 1_000):
        with pytest.raises(Reject):
            alice.system.replica.update(Principal(group.chat_id), "send_message", garbage, sender=alice.principal)
    assert reads(alice, group) == []
