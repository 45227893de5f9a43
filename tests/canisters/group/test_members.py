"""Joining, adding, leaving, and the calls between canisters behind them."""

from __future__ import annotations

import pytest

from canisters.group.additions import STALE_MS
from parley.interfaces import interface
from tests.canisters.crashes import dies_after
from tests.canisters.puppet import Puppet
from tests.fixtures.people import Group


def kinds(person, group):
    args = {"start_index": 0, "ascending": True, "max_events": 150, "latest_client_event_index": None}
    page = person.asks_group(group, "events", args)["Success"]["events"]
    return [next(iter(wrapper["event"])) for wrapper in page]


def members(person, group):
    participants = person.asks_group(group, "selected_initial")["Success"]["participants"]
    return [participant["user_id"] for participant in participants]


@pytest.fixture
def public(alice):
    return alice.creates_group("hiking", is_public=True)


@pytest.fixture
def private(alice):
    return alice.creates_group("family")


# -- Joining and leaving ---------------------------------------------------------------------------------------------


def test_anyone_joins_a_public_group_and_is_muted_at_first(alice, bob, public):
    assert bob.joins(public) == {"Success": None}

    assert members(alice, public) == [alice.user_id, bob.user_id]
    assert kinds(bob, public) == ["GroupChatCreated", "ParticipantJoined"]
    assert bob.asks_group(public, "summary")["Success"]["notifications_muted"] is True


def test_joining_twice_at_once_makes_one_member(alice, bob, public):
    arg = interface("user").encode_args("join_group_v2", {"chat_id": public.chat_id, "correlation_id": 0})
    for _ in range(2):
        bob.system.replica.submit(bob.user_id, "join_group_v2", arg, sender=bob.principal)

    bob.system.settle()

    assert members(alice, public) == [alice.user_id, bob.user_id]
    assert kinds(alice, public) == ["GroupChatCreated", "ParticipantJoined"]


def test_a_private_group_cannot_be_joined(alice, bob, private):
    assert bob.joins(private) == {"GroupNotPublic": None}
    assert members(alice, private) == [alice.user_id]


def test_joining_twice_is_said(bob, public):
    bob.joins(public)

    assert bob.joins(public) == {"AlreadyInGroup": None}


def test_leaving_and_coming_back(alice, bob, public):
    bob.joins(public)

    assert bob.leaves(public) == {"Success": None}
    assert members(alice, public) == [alice.user_id]
    assert bob.leaves(public) == {"CallerNotInGroup": None}
    assert bob.joins(public) == {"Success": None}
    assert kinds(alice, public)[1:] == ["ParticipantJoined", "ParticipantLeft", "ParticipantJoined"]


def test_the_owner_cannot_leave(alice, public):
    assert alice.leaves(public) == {"OwnerCannotLeave": None}
    assert members(alice, public) == [alice.user_id]


def test_members_keep_their_places_when_others_leave(alice, bob, carol, dave, public):
    for person in (bob, carol, dave):
        person.joins(public)
    bob.leaves(public)
    carol.leaves(public)
    bob.joins(public)

    assert sorted(members(alice, public)) == sorted([alice.user_id, bob.user_id, dave.user_id])
    for person in (bob, dave):
        assert person.asks_group(public, "summary")["Success"]["participant_count"] == 3
    assert carol.asks_group(public, "summary") == {"CallerNotInGroup": None}


def test_only_the_index_knows_who_a_user_is(system, public, alice):
    puppet = Puppet.of(system)

    assert "InternalError" in puppet.calls(public.chat_id, "c2c_join_group_v2", {"correlation_id": 1})
    assert members(alice, public) == [alice.user_id]


def test_a_canister_takes_out_nobody_but_its_own_owner(system, alice, bob, public):
    bob.joins(public)
    puppet = Puppet.of(system)

    assert puppet.calls(public.chat_id, "c2c_leave_group", {"correlation_id": 1}) == {"CallerNotInGroup": None}
    assert bob.user_id in members(alice, public)


@pytest.mark.parametrize("method", ["c2c_join_group_v2", "c2c_leave_group"])
@pytest.mark.parametrize(
    "payload",
    [b"", b"\xc1", b"\x93\x01\x02\x03", b"\x81\xaecorrelation_id\xff", b"\x80" * 10, b"\x81\xa1v\x01" * 500_000],
)
def test_malformed_calls_between_canisters_are_rejected(system, alice, public, method, payload):
    puppet = Puppet.of(system)

    reply = puppet.calls(public.chat_id, method, payload)

    assert "Success" not in reply
    assert members(alice, public) == [alice.user_id]


@pytest.mark.parametrize("method", ["c2c_join_group_v2", "c2c_leave_group"])
def test_people_cannot_call_what_is_for_canisters(alice, public, method):
    with pytest.raises(Exception, match=r".+"):
        alice.system.replica.update(public.chat_id, method, b"DIDL\x01\x6d\x7b\x01\x00\x00", sender=alice.principal)


# -- Adding ----------------------------------------------------------------------------------------------------------


def test_members_are_added_with_one_event(alice, bob, carol, private):
    assert alice.adds(private, bob, carol) == {"Success": None}

    assert members(bob, private) == [alice.user_id, bob.user_id, carol.user_id]
    assert kinds(bob, private) == ["GroupChatCreated", "ParticipantsAdded"]
    chats = bob.initial_state()["group_chats"]
    assert [chat["chat_id"] for chat in chats] == [private.chat_id]


def test_nobody_is_added_to_a_public_group(alice, bob, public):
    assert alice.adds(public, bob) == {"NotAuthorized": None}


def test_participants_add_nobody(alice, bob, carol, private):
    alice.adds(private, bob)

    assert bob.adds(private, carol) == {"NotAuthorized": None}
    assert carol.user_id not in members(alice, private)


def test_each_refusal_is_reported_for_whom_it_concerns(system, alice, bob, carol, dave, private):
    puppet = Puppet.of(system)
    alice.adds(private, bob)
    carol.blocks(alice)
    nobody = Puppet(system, system.deployment["website"])

    args = {"added_by_name": "alice", "correlation_id": 3}
    ids = [bob.user_id, carol.user_id, dave.user_id, dave.user_id, puppet.canister_id, nobody.canister_id]
    result = alice._update("group", private.chat_id, "add_participants", ({**args, "user_ids": ids},))

    assert result == {
        "PartialSuccess": {
            "users_added": [dave.user_id],
            "already_in_group": [bob.user_id],
            "who_blocked_request": [carol.user_id],
            "errors": [puppet.canister_id, nobody.canister_id],
        }
    }
    assert members(alice, private) == [alice.user_id, bob.user_id, dave.user_id]


def test_a_request_that_adds_nobody_has_failed_and_leaves_no_event(alice, bob, private):
    bob.blocks(alice)

    assert alice.adds(private, bob) == {
        "Failed": {"already_in_group": [], "who_blocked_request": [bob.user_id], "errors": []}
    }
    assert kinds(alice, private) == ["GroupChatCreated"]


def test_adding_somebody_twice_at_once_makes_one_member(alice, bob, private):
    args = {"user_ids": [bob.user_id], "added_by_name": "alice", "correlation_id": 0}
    arg = interface("group").encode_args("add_participants", args)
    for _ in range(2):
        alice.system.replica.submit(private.chat_id, "add_participants", arg, sender=alice.principal)

    alice.system.settle()

    assert members(alice, private) == [alice.user_id, bob.user_id]
    assert kinds(alice, private) == ["GroupChatCreated", "ParticipantsAdded"]


def test_a_full_group_takes_nobody(system, alice, bob, carol):
    module = system.bundles.get("group", version="tiny", change=_only_two)
    system.give_module("group_index", "group", module, "0.1.0")
    private, public = alice.creates_group("family"), alice.creates_group("hiking", is_public=True)
    bob.joins(public)

    assert carol.joins(public) == {"ParticipantLimitReached": 2}
    assert alice.adds(private, bob, carol) == {"ParticipantLimitReached": 2}
    assert members(alice, private) == [alice.user_id]
    assert alice.adds(private, bob) == {"Success": None}


def _only_two(canisters) -> None:
    path = canisters / "lib" / "chat" / "group_rules.py"
    path.write_text(path.read_text().replace("PARTICIPANTS_MAX = 100_000", "PARTICIPANTS_MAX = 2"))


def test_requests_of_odd_sizes_are_refused(alice, bob, private):
    assert "InvalidRequest" in alice.adds(private)
    assert "InvalidRequest" in alice.adds(private, *[bob] * 101)


def test_a_stopped_canister_does_not_stop_the_others(system, alice, bob, carol, private):
    assert bob.user_id
    assert carol.user_id
    system.stop(bob.user_id)

    result = alice.adds(private, bob, carol)

    assert result["PartialSuccess"]["users_added"] == [carol.user_id]
    assert result["PartialSuccess"]["errors"] == [bob.user_id]

    system.start(bob.user_id)
    assert alice.adds(private, bob) == {"Success": None}


@pytest.mark.parametrize("messages", range(1, 22, 2))
def test_a_crash_while_adding_leaves_no_member_without_an_event(system, alice, bob, carol, private, messages):
    ids = [bob.user_id, carol.user_id]
    args = {"user_ids": ids, "added_by_name": "alice", "correlation_id": 5}
    arg = interface("group").encode_args("add_participants", args)

    with dies_after(system, messages):
        system.replica.submit(private.chat_id, "add_participants", arg, sender=alice.principal)
    system.wait(seconds=3 * STALE_MS / 1_000)

    added = [user for user in ids if user in members(alice, private)]
    announced = kinds(alice, private).count("ParticipantsAdded")
    assert announced == (1 if added else 0)
    alice.adds(private, bob, carol)
    assert sorted(members(alice, private)) == sorted([alice.user_id, *ids])


def test_an_upgrade_keeps_the_group(system, alice, bob, private):
    alice.adds(private, bob)
    alice.sends(private, "before")
    before = alice.asks_group(private, "summary")["Success"]
    changed = system.bundles.get("group", version="another", change=_touch_version)

    system.give_module("group_index", "group", changed, "0.1.1")

    assert alice.asks_group(private, "summary")["Success"] == before
    assert alice.asks_group(private, "metrics")["version"] == "0.1.1"
    assert "Success" in bob.sends(private, "after")
    assert members(bob, private) == [alice.user_id, bob.user_id]


def _touch_version(canisters) -> None:
    path = canisters / "lib" / "version.py"
    path.write_text(path.read_text().replace('"0.1.0"', '"0.1.1"'))


def test_a_group_that_is_none_is_not_found(system, bob):
    puppet = Puppet.of(system)

    assert bob.joins(Group(puppet.canister_id)) == {"GroupNotFound": None}
