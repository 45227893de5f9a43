"""Rules of groups that need no canister: permissions, visibility, mentions, and the size of notifications."""

import json

import pytest

from canisters.group.model import mentions, notifications, permissions
from canisters.group.model.permissions import ADMIN, OWNER, PARTICIPANT
from canisters.group.model.visibility import first_visible


@pytest.mark.parametrize(("role", "expected"), [(OWNER, True), (ADMIN, True), (PARTICIPANT, False)])
def test_admins_add_members_to_private_groups(role, expected):
    assert permissions.may_add_members(role, is_public=False) is expected


@pytest.mark.parametrize("role", [OWNER, ADMIN, PARTICIPANT])
def test_nobody_adds_members_to_public_groups(role):
    assert not permissions.may_add_members(role, is_public=True)


def test_everyone_may_talk_and_only_the_owner_must_stay():
    assert all(permissions.may(role, "send_messages") for role in (OWNER, ADMIN, PARTICIPANT))
    assert [permissions.may_leave(role) for role in (OWNER, ADMIN, PARTICIPANT)] == [False, True, True]


@pytest.mark.parametrize(
    ("is_owner", "is_history_visible", "events", "expected"),
    [
        (False, True, 7, (0, 0)),
        (False, False, 7, (7, 5)),
        (False, False, 1, (0, 0)),
        (True, False, 7, (0, 0)),
    ],
)
def test_hidden_history_begins_with_the_next_event(is_owner, is_history_visible, events, expected):
    visible = first_visible(
        is_owner=is_owner, is_history_visible=is_history_visible, event_count=events, message_count=5
    )

    assert visible == expected


def test_long_names_and_crowds_of_mentions_are_refused():
    assert mentions.name_problem("sender_name", "ü" * 50) is None
    assert "sender_name" in (mentions.name_problem("sender_name", "ü" * 51) or "")
    assert mentions.count_problem(100) is None
    assert "mentioned" in (mentions.count_problem(101) or "")


@pytest.mark.parametrize("character", ["x", "ü", "😀", '"', "\x01"])
def test_a_notification_always_fits_into_a_push_message(character):
    text = character * (5_000 // len(character.encode()))
    event = {"t": 2**63, "m": {"n": 2**32 - 1, "x": {"Text": {"text": text}}}}
    longest_id = "x" * 63

    payload = notifications.group_message(
        chat_id=longest_id,
        group_name=character * (25 // len(character.encode())),
        sender=longest_id,
        sender_name=character * (mentions.NAME_BYTES_MAX // len(character.encode())),
        event=event,
        event_index=2**32 - 1,
    )

    assert len(payload) <= 4_096
    assert json.loads(payload)["text"] == text[:200]
    assert json.loads(payload)["type"] == "group_message"


def test_being_added_is_told_with_names_and_ids():
    payload = notifications.added_to_group(
        chat_id="group-id", group_name="hiking", added_by="alice-id", added_by_name="alice", timestamp_ms=12
    )

    assert json.loads(payload) == {
        "type": "added_to_group",
        "chat_id": "group-id",
        "group_name": "hiking",
        "added_by": "alice-id",
        "added_by_name": "alice",
        "timestamp": 12,
    }
