"""What is queued for whom, and how the relay drains it."""

from __future__ import annotations

import pytest

from parley.agent import AgentRejected
from parley.interfaces import ask, call
from replica.principal import ANONYMOUS, Principal
from tests.canisters.notifications.browsers import (
    as_relay,
    exists,
    metrics,
    p256dh,
    polls,
    prunes,
    pushed,
    subscribe,
    subscription,
)
from tests.canisters.puppet import Puppet
from tests.fixtures.people import OPERATOR, RELAY


@pytest.fixture
def subscribed(alice, bob):
    """Bob, whose phone is subscribed, and whom alice can write to."""
    assert alice.user_id
    assert bob.user_id
    assert subscribe(bob, "phone") == {"Success": None}
    return bob


# -- Who is told what ------------------------------------------------------------------------------------------------


def test_a_direct_message_is_queued_for_its_recipient(alice, subscribed):
    alice.sends(subscribed, "hello")

    ((recipients, payload),) = pushed(alice.system)

    assert recipients == [subscribed.user_id]
    assert (payload["type"], payload["sender"], payload["text"]) == ("direct_message", alice.user_id.text, "hello")
    page = polls(alice.system)
    assert [(one["index"], one["recipients"]) for one in page["notifications"]] == [(1, [subscribed.user_id])]
    assert page["subscriptions"] == [{"user_id": subscribed.user_id, "subscriptions": [subscription("phone")]}]


def test_who_has_not_subscribed_costs_nothing(alice, bob, subscribed):
    subscribed.sends(alice, "hello")

    assert metrics(alice.system)["queued_notifications"] == 0


def test_a_group_message_is_queued_once_for_all_but_its_sender(alice, bob, carol, dave, subscribed):
    group = alice.creates_group("hiking", members=(bob, carol, dave))
    for person in (alice, carol):
        subscribe(person, person.name)
    start = metrics(alice.system)["latest_notification_index"] + 1

    alice.sends(group, "meet at nine")

    ((recipients, payload),) = pushed(alice.system, start)
    assert sorted(recipients) == sorted([bob.user_id, carol.user_id])
    assert payload == {
        "type": "group_message",
        "chat_id": group.chat_id.text,
        "group_name": "hiking",
        "sender": alice.user_id.text,
        "sender_name": "alice",
        "message_index": 0,
        "event_index": 2,
        "text": "meet at nine",
        "timestamp": alice.system.clock.now_ns() // 1_000_000,
    }


def test_those_who_muted_a_group_hear_only_of_themselves(alice, bob, carol, subscribed):
    group = alice.creates_group("hiking", is_public=True)
    for person in (bob, carol):
        person.joins(group)
    subscribe(carol, "carol")
    early = bob.sends(group, "bob writes")["Success"]
    assert pushed(alice.system) == []

    bob_is_mentioned = [{"user_id": bob.user_id, "username": "bobby"}, {"user_id": bob.user_id, "username": "bobby"}]
    alice.sends(group, "@bob", mentioned=bob_is_mentioned)
    carol.sends(group, "answer", replies_to={"event_index": early["event_index"]})
    bob.sends(group, "to myself", mentioned=bob_is_mentioned)
    mallory_is_mentioned = [{"user_id": Principal(b"\x01" * 10), "username": "mallory"}]
    alice.sends(group, "@nobody", mentioned=mallory_is_mentioned)

    assert [(recipients, payload["text"]) for recipients, payload in pushed(alice.system)] == [
        ([bob.user_id], "@bob"),
        ([bob.user_id], "answer"),
    ]


def test_people_who_are_added_are_told(alice, bob, subscribed):
    group = alice.creates_group("family", members=(bob,))

    ((recipients, payload),) = pushed(alice.system)

    assert recipients == [bob.user_id]
    assert payload["type"] == "added_to_group"
    assert (payload["chat_id"], payload["added_by"]) == (group.chat_id.text, alice.user_id.text)
    assert (payload["group_name"], payload["added_by_name"]) == ("family", "alice")


def test_who_left_a_group_hears_no_more(alice, bob, carol, subscribed):
    group = alice.creates_group("hiking", members=(bob, carol))
    start = metrics(alice.system)["latest_notification_index"] + 1

    bob.leaves(group)
    alice.sends(group, "meet at nine")

    assert pushed(alice.system, start) == []


# -- The relay -------------------------------------------------------------------------------------------------------


def test_the_relay_reads_on_from_where_it_was(alice, subscribed):
    for number in range(105):
        alice.sends(subscribed, str(number))

    first = polls(alice.system)["notifications"]
    rest = polls(alice.system, first[-1]["index"] + 1)["notifications"]

    assert [one["index"] for one in first] == list(range(1, 101))
    assert [one["index"] for one in rest] == list(range(101, 106))
    assert polls(alice.system, 106) == {"notifications": [], "subscriptions": []}
    assert polls(alice.system, 2**64 - 1) == {"notifications": [], "subscriptions": []}


def test_pruning_forgets_what_was_dealt_with(alice, subscribed):
    for number in range(5):
        alice.sends(subscribed, str(number))

    prunes(alice.system, 3)

    assert [one["index"] for one in polls(alice.system)["notifications"]] == [4, 5]
    assert metrics(alice.system)["queued_notifications"] == 2
    prunes(alice.system, 2**64 - 1)
    assert metrics(alice.system)["queued_notifications"] == 0
    alice.sends(subscribed, "6")
    assert [one["index"] for one in polls(alice.system)["notifications"]] == [6]


def test_dead_subscriptions_are_removed_and_their_envelopes_passed_over(alice, bob, subscribed):
    alice.sends(bob, "one")
    keys = [{"user_id": bob.user_id, "p256dh_keys": [p256dh("phone"), "unknown"]}]
    strangers = [{"user_id": Principal(b"\x05"), "p256dh_keys": ["x"]}]

    as_relay(alice.system, "remove_subscriptions", {"subscriptions": keys + strangers})

    assert exists(bob, "phone") == {"No": None}
    assert metrics(alice.system)["subscriptions"] == 0
    (envelope,) = polls(alice.system)["notifications"]
    assert (envelope["index"], envelope["recipients"]) == (1, [])


def test_a_relay_starts_with_the_latest(alice, subscribed):
    notifications = alice.system.deployment["notifications"]
    relay = alice.system.replica.agent(RELAY)

    assert ask(relay, "notifications", notifications, "latest_notification_index") == {"Success": 0}
    alice.sends(subscribed, "hello")
    assert ask(relay, "notifications", notifications, "latest_notification_index") == {"Success": 1}


RELAY_UPDATES = {
    "remove_notifications": {"up_to_notification_index": 10},
    "remove_subscriptions": {"subscriptions": []},
}


@pytest.mark.parametrize("method", RELAY_UPDATES)
def test_only_the_relay_changes_the_queue(alice, mallory, subscribed, method):
    alice.sends(subscribed, "hello")

    for agent in (mallory.agent, alice.agent, alice.system.replica.agent(ANONYMOUS)):
        with pytest.raises(AgentRejected):
            call(agent, "notifications", alice.system.deployment["notifications"], method, RELAY_UPDATES[method])
    assert metrics(alice.system)["queued_notifications"] == 1


def test_only_the_relay_reads_the_queue(alice, mallory, subscribed):
    notifications = alice.system.deployment["notifications"]
    alice.sends(subscribed, "hello")

    for agent in (mallory.agent, subscribed.agent, alice.system.replica.agent(ANONYMOUS)):
        for method, args in (("notifications", [{"from_notification_index": 0}]), ("latest_notification_index", [])):
            assert ask(agent, "notifications", notifications, method, *args) == {"NotAuthorized": None}


# -- Who may push ----------------------------------------------------------------------------------------------------


def test_canisters_that_are_none_of_ours_push_nothing(alice, subscribed):
    puppet = Puppet.of(alice.system)
    notifications = alice.system.deployment["notifications"]

    reply = puppet.calls(
        notifications, "c2c_push_notification", {"recipients": [bytes(subscribed.user_id)], "payload": b"spam"}
    )

    assert "neither a user nor a group" in reply["Err"]
    assert metrics(alice.system)["queued_notifications"] == 0


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"recipients": [], "payload": "text"},
        {"recipients": "x", "payload": b"x"},
        {"recipients": [7], "payload": b"x"},
        {"recipients": [b"x" * 30], "payload": b"x"},
        b"\xc1",
        b"",
    ],
)
def test_malformed_pushes_are_rejected(alice, subscribed, request_):
    puppet = Puppet.of(alice.system)

    assert "Err" in puppet.calls(alice.system.deployment["notifications"], "c2c_push_notification", request_)
    assert metrics(alice.system)["queued_notifications"] == 0


def test_large_payloads_are_refused(alice, subscribed):
    puppet = Puppet.of(alice.system)
    request = {"recipients": [bytes(subscribed.user_id)], "payload": bytes(4_097)}

    reply = puppet.calls(alice.system.deployment["notifications"], "c2c_push_notification", request)

    assert reply == {"PayloadTooLarge": 4_096}


def test_an_upgrade_keeps_queue_and_subscriptions(alice, subscribed):
    system = alice.system
    alice.sends(subscribed, "hello")
    before = polls(system)

    module = system.modules["notifications"]
    system.replica.install(
        system.deployment["notifications"], module, mode="upgrade", controller=system.operator.principal
    )

    assert polls(system) == before
    assert exists(subscribed, "phone") == {"Yes": None}
    alice.sends(subscribed, "again")
    assert [one["index"] for one in polls(system)["notifications"]] == [1, 2]


def test_the_oldest_make_room_when_nobody_drains_the_queue(alice, bob, carol, subscribed):
    system = alice.system
    module = system.bundles.get("notifications", version="short queue", change=_shorten_the_queue)
    system.replica.install(system.deployment["notifications"], module, mode="upgrade", controller=OPERATOR)
    group = alice.creates_group("hiking", members=(bob, carol))
    subscribe(carol, "carol")

    for number in range(6):
        alice.sends(group, str(number))

    figures = metrics(system)
    assert figures["queued_notifications"] <= 4
    envelopes = polls(system)["notifications"]
    indexes = [one["index"] for one in envelopes]
    assert indexes == list(range(indexes[0], figures["latest_notification_index"] + 1))
    reached = [user_id for one in envelopes[-2:] for user_id in one["recipients"]]
    assert sorted(reached) == sorted([bob.user_id, carol.user_id])
    prunes(system, 2**63)
    assert metrics(system)["queued_notifications"] == 0


def _shorten_the_queue(canisters) -> None:
    """Four envelopes at most, with one recipient each."""
    path = canisters / "notifications" / "model" / "queue.py"
    text = path.read_text().replace("QUEUE_MAX = 100_000", "QUEUE_MAX = 4")
    path.write_text(text.replace("RECIPIENTS_PER_ENVELOPE = 400", "RECIPIENTS_PER_ENVELOPE = 1"))
