"""What a message costs in a group of ten thousand: how much is stored and sent, whatever the clock says."""

from __future__ import annotations

import pytest

from canisters.notifications.model.queue import RECIPIENTS_PER_ENVELOPE
from tests.canisters import crowd
from tests.canisters.notifications.browsers import metrics, polls, subscribe
from tests.fixtures.people import OPERATOR

MEMBERS = 10_000


@pytest.fixture
def group(system, alice):
    """A group of alice's with ten thousand others who have not muted it."""
    module = system.bundles.get("group", version="fillable group", change=crowd.fillable_group)
    system.give_module("group_index", "group", module, "0.1.0")
    made = alice.creates_group("stadium")
    crowd.fill(system, made.chat_id, MEMBERS)
    return made


@pytest.fixture
def notifications(system):
    module = system.bundles.get("notifications", version="fillable", change=crowd.fillable_notifications)
    system.replica.install(system.deployment["notifications"], module, mode="upgrade", controller=OPERATOR)
    return system.deployment["notifications"]


def test_a_message_to_thousands_is_one_record_for_those_who_subscribed(system, alice, bob, notifications, group):
    alice.adds(group, bob)
    subscribe(bob, "phone")
    before = crowd.record_count(system)

    assert "Success" in alice.sends(group, "hello all")

    assert crowd.record_count(system) == before + 1
    (envelope,) = polls(system)["notifications"]
    assert envelope["recipients"] == [bob.user_id]


def test_a_message_to_thousands_of_subscribers_is_stored_once_and_reaches_each(system, alice, notifications, group):
    crowd.fill(system, notifications, MEMBERS)
    records_before = crowd.record_count(system)

    alice.sends(group, "hello all")

    pieces_for_ids = (MEMBERS * 13) // 384 + 2
    assert crowd.record_count(system) - records_before <= pieces_for_ids
    assert metrics(system)["queued_notifications"] == MEMBERS // RECIPIENTS_PER_ENVELOPE
    reached, index = [], 1
    while envelopes := polls(system, index)["notifications"]:
        reached += [user_id for envelope in envelopes for user_id in envelope["recipients"]]
        index = envelopes[-1]["index"] + 1
    assert sorted(reached) == [crowd.user_id(number) for number in range(MEMBERS)]


def test_the_whole_crowd_is_listed(alice, group):
    details = alice.asks_group(group, "selected_initial")["Success"]

    assert len(details["participants"]) == MEMBERS + 1
    assert alice.asks_group(group, "summary")["Success"]["participant_count"] == MEMBERS + 1
