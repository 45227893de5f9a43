"""Reading: pages, read marks on both sides, and what the list of chats learns. Invariant I6."""

import pytest

from tests.fixtures.people import messages


@pytest.fixture
def chat(alice, bob):
    """Alice wrote m0 to m4; bob has read none of them."""
    for number in range(5):
        alice.sends(bob, f"m{number}")


def indexes(result):
    return [wrapper["index"] for wrapper in result["Success"]["events"]]


# -- Pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start_index", "ascending", "max_events", "expected"),
    [
        (0, True, 3, [0, 1, 2]),
        (4, True, 10, [4, 5]),
        (6, True, 10, []),
        (5, False, 2, [4, 5]),
        (99, False, 2, [4, 5]),
        (0, True, 0, []),
    ],
)
def test_a_page_of_events(chat, alice, bob, start_index, ascending, max_events, expected):
    page = bob.pages(alice, start_index=start_index, ascending=ascending, max_events=max_events)

    assert indexes(page) == expected
    assert page["Success"]["latest_event_index"] == 5


def test_events_by_index(chat, alice, bob):
    args = {"user_id": alice.user_id, "events": [3, 1, 99], "latest_client_event_index": None}

    assert indexes(bob.asks("events_by_index", args)) == [3, 1]


def test_a_client_that_has_seen_more_is_told_how_far_this_replica_is(chat, alice, bob):
    by_index = {"user_id": alice.user_id, "events": [1], "latest_client_event_index": 6}

    assert bob.pages(alice, latest_client_event_index=6) == {"ReplicaNotUpToDate": 5}
    assert bob.asks("events_by_index", by_index) == {"ReplicaNotUpToDate": 5}
    assert "Success" in bob.pages(alice, latest_client_event_index=5)


def test_a_chat_that_is_not_there(chat, bob, carol):
    args = {"user_id": carol.user_id, "events": [1], "latest_client_event_index": None}

    assert bob.pages(carol) == {"ChatNotFound": None}
    assert bob.asks("events_by_index", args) == {"ChatNotFound": None}


# -- Read marks ------------------------------------------------------------------------------------------------------


def test_the_reader_and_the_author_both_see_what_was_read(chat, alice, bob):
    assert alice.summary(bob)["read_by_them_up_to"] is None

    bob.marks_read(alice, 3)

    assert bob.summary(alice)["read_by_me_up_to"] == 3
    assert alice.summary(bob)["read_by_them_up_to"] == 3


def test_marks_only_move_forward(chat, alice, bob):
    bob.marks_read(alice, 3)

    assert bob.marks_read(alice, 1) == {"Success": None}

    assert bob.summary(alice)["read_by_me_up_to"] == 3
    assert alice.summary(bob)["read_by_them_up_to"] == 3


def test_a_mark_beyond_the_end_is_cut_to_the_last_message(chat, alice, bob):
    bob.marks_read(alice, 4_000_000_000)

    assert bob.summary(alice)["read_by_me_up_to"] == 4
    assert alice.summary(bob)["read_by_them_up_to"] == 4


def test_writing_reads_everything_before(chat, alice, bob):
    bob.sends(alice, "I see")

    assert bob.summary(alice)["read_by_me_up_to"] == 5
    assert alice.summary(bob)["read_by_them_up_to"] == 4
    assert alice.summary(bob)["read_by_me_up_to"] == 4


def test_marks_are_translated_when_the_two_sides_number_differently(alice, bob):
    alice.sends(bob, "m0")
    alice.blocks(bob)
    for number in range(3):
        bob.sends(alice, f"never arrives {number}")
    alice.unblocks(bob)
    alice.sends(bob, "m1")
    bob.sends(alice, "arrives")
    assert len(messages(bob.pages(alice))) == 6
    assert len(messages(alice.pages(bob))) == 3

    alice.marks_read(bob, 2)

    assert bob.summary(alice)["read_by_them_up_to"] == 5


def test_a_mark_reaches_a_peer_that_was_stopped(system, chat, alice, bob):
    system.stop(alice.user_id)
    bob.marks_read(alice, 2)
    system.start(alice.user_id)

    system.wait(seconds=10)

    assert alice.summary(bob)["read_by_them_up_to"] == 2


def test_marks_for_chats_that_are_not_there_are_passed_over(chat, alice, bob, carol):
    assert bob.marks_read(carol, 3) == {"Success": None}
    assert [chat["them"] for chat in bob.initial_state()["direct_chats"]] == [alice.user_id]


# -- The list of chats -----------------------------------------------------------------------------------------------


def test_a_summary_shows_the_latest_message(chat, alice, bob):
    summary = bob.summary(alice)

    assert summary["latest_message"]["event"]["Message"]["content"] == {"Text": {"text": "m4"}}
    assert summary["latest_message"]["index"] == summary["latest_event_index"] == 5
    assert summary["confirmed_up_to"] is None


def test_nothing_new_is_said_in_few_words(chat, bob):
    since = bob.initial_state()["timestamp"]

    assert bob.sees_updates(since) == {"SuccessNoUpdates": since}


def test_only_what_changed_is_in_the_updates(chat, alice, bob, carol):
    carol.sends(bob, "hello")
    since = bob.initial_state()["timestamp"]

    alice.sends(bob, "news")

    updates = bob.sees_updates(since)["Success"]
    assert [chat["them"] for chat in updates["direct_chats_changed"]] == [alice.user_id]
    assert updates["blocked_users"] is None
    assert bob.sees_updates(updates["timestamp"]) == {"SuccessNoUpdates": updates["timestamp"]}


def test_a_change_in_the_same_millisecond_is_not_missed(alice, bob, carol):
    alice.sends(bob, "one")
    since = bob.initial_state()["timestamp"]

    carol.sends(bob, "two")

    changed = bob.sees_updates(since)["Success"]["direct_chats_changed"]
    assert [chat["them"] for chat in changed] == [carol.user_id]


def test_a_stale_copy_plus_updates_equals_a_fresh_copy(system, alice, bob, carol, dave):
    steps = [
        lambda: alice.sends(bob, "hi"),
        lambda: bob.marks_read(alice, 0),
        lambda: bob.sends(carol, "hello"),
        lambda: bob.blocks(dave),
        lambda: carol.marks_read(bob, 0),
        lambda: bob.unblocks(dave),
        lambda: system.stop(carol.user_id),
        lambda: bob.sends(carol, "are you there?"),
        lambda: system.start(carol.user_id),
        lambda: system.wait(minutes=1),
        lambda: bob.creates_group("hiking"),
    ]
    copy = bob.initial_state()
    assert all(person.user_id for person in (alice, carol, dave))
    for step in steps:
        step()
        copy = apply_updates(copy, bob.sees_updates(copy["timestamp"]))
        assert copy == ordered(bob.initial_state())


def apply_updates(copy, answer):
    if "SuccessNoUpdates" in answer:
        return ordered(copy)
    updates = answer["Success"]
    direct = {chat["them"]: chat for chat in (*copy["direct_chats"], *updates["direct_chats_changed"])}
    groups = {chat["chat_id"]: chat for chat in (*copy["group_chats"], *updates["group_chats_changed"])}
    blocked = updates["blocked_users"]
    return ordered(
        {
            "timestamp": updates["timestamp"],
            "direct_chats": list(direct.values()),
            "group_chats": [chat for key, chat in groups.items() if key not in updates["chats_removed"]],
            "blocked_users": copy["blocked_users"] if blocked is None else blocked,
        }
    )


def ordered(state):
    return {
        **state,
        "direct_chats": sorted(state["direct_chats"], key=lambda chat: chat["them"]),
        "group_chats": sorted(state["group_chats"], key=lambda chat: chat["chat_id"]),
    }
