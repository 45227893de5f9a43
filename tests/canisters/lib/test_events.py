"""The append-only store of chat events."""

import pytest

from canisters.lib.chat import events, stored
from canisters.lib.chat.events import EventMaps
from tests.canisters.lib.fake_map import FakeMap

ALICE = b"alice"
CHAT = b"E\x00\x00\x00\x01"
OTHER_CHAT = b"E\x00\x00\x00\x02"


def message(index: int, text: str = "hi", message_id: int | None = None):
    return stored.message_event(
        message_index=index,
        message_id=1_000 + index if message_id is None else message_id,
        sender=ALICE,
        content={"Text": {"text": text}},
        replies_to=None,
        forwarded=False,
        timestamp_ms=5,
        correlation_id=0,
    )


@pytest.fixture
def maps():
    """A chat with its creation and nine messages: events 0 to 9."""
    maps = EventMaps(FakeMap(), FakeMap(value_bytes_max=20))
    events.append(maps, CHAT, 0, stored.other_event("DirectChatCreated", None, timestamp_ms=4))
    for index in range(9):
        events.append(maps, CHAT, index + 1, message(index))
    return maps


def indexes(page):
    return [event["index"] for event in page]


def test_an_event_comes_back_as_it_went_in(maps):
    assert events.get(maps, CHAT, 3) == {**message(2), "index": 3}
    assert events.get(maps, CHAT, 10) is None


def test_an_event_index_cannot_be_used_twice(maps):
    with pytest.raises(AssertionError):
        events.append(maps, CHAT, 3, message(9))


def test_chats_do_not_see_each_other(maps):
    events.append(maps, OTHER_CHAT, 0, message(0, text="elsewhere", message_id=1_000))

    assert events.find_message_id(maps, OTHER_CHAT, 1_000) == 0
    assert events.find_message_id(maps, CHAT, 1_000) == 1
    assert events.get(maps, OTHER_CHAT, 1) is None


@pytest.mark.parametrize(
    ("start", "ascending", "events_max", "expected"),
    [
        (0, True, 3, [0, 1, 2]),
        (8, True, 5, [8, 9]),
        (10, True, 5, []),
        (9, False, 3, [7, 8, 9]),
        (2, False, 5, [0, 1, 2]),
        (99, False, 2, [8, 9]),
        (4, False, 0, []),
        (4, True, 0, []),
    ],
)
def test_pages_are_ascending_and_clamped(maps, start, ascending, events_max, expected):
    page = events.page(maps, CHAT, start=start, ascending=ascending, events_max=events_max, count=10)

    assert indexes(page) == expected


def test_a_page_never_reaches_before_the_first_visible_event(maps):
    down = events.page(maps, CHAT, start=6, ascending=False, events_max=10, count=10, first=4)
    up = events.page(maps, CHAT, start=0, ascending=True, events_max=3, count=10, first=4)

    assert indexes(down) == [4, 5, 6]
    assert indexes(up) == [4, 5, 6]


def test_a_page_has_at_most_150_events(maps):
    for index in range(9, 200):
        events.append(maps, CHAT, index + 1, message(index))

    page = events.page(maps, CHAT, start=0, ascending=True, events_max=4_000_000_000, count=201)

    assert len(page) == 150


def test_events_by_index_come_in_the_order_asked_without_those_that_do_not_exist(maps):
    found = events.by_indexes(maps, CHAT, [7, 2, 12, 3], count=10, first=3)

    assert indexes(found) == [7, 3]


def test_messages_are_found_by_id_and_by_message_index(maps):
    assert events.find_message_id(maps, CHAT, 1_004) == 5
    assert events.find_message_index(maps, CHAT, 4) == 5
    assert events.find_message_id(maps, CHAT, 77) is None
    assert events.find_message_index(maps, CHAT, 9) is None


def test_a_stored_message_becomes_a_candid_event(maps):
    reply = message(9, text="yes")
    reply["m"]["r"] = [3, b"group"]
    reply["m"]["f"] = True
    reply["c"] = 42
    events.append(maps, CHAT, 10, reply)

    page = stored.page_to_candid(events.by_indexes(maps, CHAT, [0, 10], count=11), 10)

    created, answered = page["events"]
    assert created == {"index": 0, "timestamp": 4, "correlation_id": 0, "event": {"DirectChatCreated": None}}
    body = answered["event"]["Message"]
    assert (body["message_index"], body["message_id"], body["forwarded"]) == (9, 1_009, True)
    assert body["sender"].bytes == ALICE
    assert body["replies_to"]["chat_id_if_other"].bytes == b"group"
    assert answered["correlation_id"] == 42
    assert page["latest_event_index"] == 10


def test_principals_in_other_events_are_made_from_their_bytes():
    event = stored.other_event("ParticipantsAdded", {"user_ids": [b"b", b"c"], "added_by": b"a"}, timestamp_ms=1)
    event["index"] = 4

    payload = stored.to_candid(event, {})["event"]["ParticipantsAdded"]

    assert [user.bytes for user in payload["user_ids"]] == [b"b", b"c"]
    assert payload["added_by"].bytes == b"a"


def test_a_200_byte_message_fits_one_piece():
    maps = EventMaps(FakeMap(), FakeMap(value_bytes_max=20))

    events.append(maps, CHAT, 0, message(0, text="x" * 200))

    assert maps.records.len() == 1
