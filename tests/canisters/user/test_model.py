"""The pure rules of the user canister."""

import pytest

from canisters.lib import fields
from canisters.lib.chat.group_rules import GROUPS_PER_CREATOR_MAX
from canisters.user.model import creations, delivery, direct_chat, sending

NOW_MS = 1_750_000_000_000


def test_marks_only_move_forward():
    chat = direct_chat.new_chat(them=b"bob", name="bobby", now_ms=NOW_MS)

    assert direct_chat.raise_mark(chat, "read_me", 3)
    assert not direct_chat.raise_mark(chat, "read_me", 3)
    assert not direct_chat.raise_mark(chat, "read_me", 1)
    assert chat["read_me"] == 3


def test_the_first_message_follows_the_creation_of_the_chat():
    chat = direct_chat.new_chat(them=b"bob", name="bobby", now_ms=NOW_MS)

    assert direct_chat.latest_message_index(chat) is None
    assert direct_chat.add_message(chat) == (1, 0)
    assert direct_chat.add_message(chat) == (2, 1)
    assert direct_chat.latest_message_index(chat) == 1


BATCH = [
    {"kind": "message", "seq": 10, "sender_message_index": 4},
    {"kind": "mark_read", "seq": 11},
    {"kind": "message", "seq": 12, "sender_message_index": 5},
]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"Ok": {"Success": {"next": 13}}}, delivery.Settlement(13, True)),
        ({"Ok": {"Success": {"next": 11}}}, delivery.Settlement(11, True)),
        ({"Ok": {"Success": {"next": 13, "later": "more"}}}, delivery.Settlement(13, True)),
        ({"Ok": {"Blocked": None}}, delivery.Settlement(13, False)),
        ({"Ok": {"Success": {"next": 10}}}, None),
        ({"Ok": {"Success": {"next": "13"}}}, None),
        ({"Ok": {"Success": None}}, None),
        ({"Ok": {"NotKnown": None}}, None),
        ({"Ok": {"SomethingNew": {}}}, None),
        ({"Err": "Rejection code 5, stopped"}, None),
    ],
)
def test_what_an_answer_settles(answer, expected):
    assert delivery.settlement(BATCH, answer) == expected


@pytest.mark.parametrize(("next_number", "newest"), [(13, 5), (12, 4), (11, 4), (10, None)])
def test_the_newest_message_below_a_number(next_number, newest):
    assert delivery.newest_message(BATCH, next_number) == newest


def item(**changes: object):
    made = sending.message_item(
        message_id=7,
        sender_name="alice",
        message_index=3,
        body={"Text": {"text": "hi"}},
        replies_to={"message_id": 6},
        forwarded=True,
        correlation_id=9,
        read_up_to=2,
        timestamp_ms=NOW_MS,
    )
    return {**made, **changes}


def test_a_message_survives_the_way_to_the_peer():
    assert sending.read_message(item()) == sending.ReceivedMessage(
        message_id=7,
        message_index=3,
        body={"Text": {"text": "hi"}},
        replies_to={"message_id": 6},
        forwarded=True,
        correlation_id=9,
        read_up_to=2,
    )


def test_absent_and_unknown_keys_do_no_harm():
    sparse = {
        "kind": "message",
        "message_id": 7,
        "sender_message_index": 3,
        "content": {"Text": {"text": "hi"}},
        "mood": "happy",
    }

    message = sending.read_message(sparse)

    assert (message.replies_to, message.forwarded, message.correlation_id, message.read_up_to) == (None, False, 0, None)


def test_content_of_a_later_version_is_not_read():
    assert sending.read_message(item(content={"Hologram": {"size": 3}})) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": -1},
        {"message_id": 2**64},
        {"message_id": "7"},
        {"sender_message_index": 2**32},
        {"forwarding": 1},
        {"read_up_to": "all"},
    ],
)
def test_fields_of_another_type_are_refused(changes):
    with pytest.raises(fields.FieldError):
        sending.read_message(item(**changes))


def test_a_person_creates_at_most_ten_groups():
    counts = {"created": GROUPS_PER_CREATOR_MAX - 1, "open": []}

    token = creations.begin(counts, NOW_MS)
    assert not creations.may_begin(counts, NOW_MS)

    creations.end(counts, token, is_created=False)
    assert creations.may_begin(counts, NOW_MS)

    creations.end(counts, creations.begin(counts, NOW_MS), is_created=True)
    assert not creations.may_begin(counts, NOW_MS)
    assert counts == {"created": GROUPS_PER_CREATOR_MAX, "open": []}


def test_creations_in_one_millisecond_have_tokens_of_their_own():
    counts = {"created": 0, "open": []}

    assert creations.begin(counts, NOW_MS) != creations.begin(counts, NOW_MS)


def test_a_creation_that_a_crash_cut_off_stops_counting():
    counts = {"created": GROUPS_PER_CREATOR_MAX - 1, "open": []}
    creations.begin(counts, NOW_MS)

    assert not creations.may_begin(counts, NOW_MS + creations.STALE_MS - 1)
    assert creations.may_begin(counts, NOW_MS + creations.STALE_MS)
