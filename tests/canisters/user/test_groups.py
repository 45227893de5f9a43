"""Groups as the user canister sees them: creating, joining, leaving, being added."""

import pytest

from replica.principal import Principal
from tests.fixtures.people import Group


def group_ids(person):
    return [chat["chat_id"] for chat in person.initial_state()["group_chats"]]


def test_the_creator_is_in_the_group(alice):
    group = alice.creates_group("hiking")

    assert group_ids(alice) == [group.chat_id]


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        (" hik ", {}, {"NameTooShort": {"length_provided": 3, "min_length": 4}}),
        ("x" * 26, {}, {"NameTooLong": {"length_provided": 26, "max_length": 25}}),
        ("Proposals of all", {"is_public": True}, {"NameReserved": None}),
        (
            "hiking",
            {"description": "x" * 1_025},
            {"DescriptionTooLong": {"length_provided": 1_025, "max_length": 1_024}},
        ),
    ],
)
def test_names_and_descriptions_that_are_refused(alice, name, changes, expected):
    assert alice.tries_to_create_group(name, **changes) == expected
    assert group_ids(alice) == []


def test_a_public_name_belongs_to_one_group(alice, bob):
    alice.creates_group("Hiking", is_public=True)

    assert bob.tries_to_create_group("hiking", is_public=True) == {"NameTaken": None}
    assert "Success" in bob.tries_to_create_group("hiking", is_public=False)


def test_nobody_creates_more_than_ten_groups_and_refusals_do_not_count(alice):
    alice.tries_to_create_group("x")
    for number in range(10):
        alice.creates_group(f"group {number}")

    assert alice.tries_to_create_group("one more") == {"MaxGroupsCreated": 10}


def test_a_group_index_that_cannot_be_asked_costs_no_group(system, alice):
    assert alice.user_id
    system.stop(system.deployment["group_index"])
    for _ in range(11):
        assert "InternalError" in alice.tries_to_create_group("hiking")

    system.start(system.deployment["group_index"])
    assert "Success" in alice.tries_to_create_group("hiking")


def test_a_public_group_can_be_joined_left_and_joined_again(alice, bob):
    group = alice.creates_group("hiking", is_public=True)

    assert bob.joins(group) == {"Success": None}
    assert bob.joins(group) == {"AlreadyInGroup": None}
    assert group_ids(bob) == [group.chat_id]

    since = bob.initial_state()["timestamp"]
    assert bob.leaves(group) == {"Success": None}
    assert bob.sees_updates(since)["Success"]["chats_removed"] == [group.chat_id]
    assert group_ids(bob) == []

    assert bob.joins(group) == {"Success": None}
    assert group_ids(bob) == [group.chat_id]


def test_a_private_group_cannot_be_joined(alice, bob):
    group = alice.creates_group("hiking")

    assert bob.joins(group) == {"GroupNotPublic": None}
    assert group_ids(bob) == []


def test_what_is_no_group_cannot_be_joined(system, alice, bob):
    for nothing in (Principal.from_counter(999), bob.user_id, system.deployment["user_index"], Principal(b"")):
        assert alice.joins(Group(nothing)) == {"GroupNotFound": None}


def test_the_owner_cannot_leave(alice):
    group = alice.creates_group("hiking")

    assert alice.leaves(group) == {"OwnerCannotLeave": None}
    assert group_ids(alice) == [group.chat_id]


def test_who_is_not_in_a_group_cannot_leave_it(alice, bob):
    group = alice.creates_group("hiking")

    assert bob.leaves(group) == {"CallerNotInGroup": None}


def test_being_added_puts_the_group_into_the_list(alice, bob):
    group = alice.creates_group("hiking", members=(bob,))

    assert group_ids(bob) == [group.chat_id]
    assert bob.leaves(group) == {"Success": None}
    assert group_ids(bob) == []


def test_somebody_i_blocked_cannot_add_me(alice, bob):
    bob.blocks(alice)

    group = alice.creates_group("hiking")
    result = alice.adds(group, bob)

    assert result["Failed"]["who_blocked_request"] == [bob.user_id]
    assert group_ids(bob) == []


def test_read_marks_of_groups_stay_in_the_own_canister(alice, bob):
    group = alice.creates_group("hiking", members=(bob,))
    since = bob.initial_state()["timestamp"]

    bob.marks_read(group, 5)
    bob.marks_read(group, 3)

    (changed,) = bob.sees_updates(since)["Success"]["group_chats_changed"]
    assert changed["read_by_me_up_to"] == 5
