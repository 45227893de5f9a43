"""Browsers that subscribe, and what is not let in."""

from __future__ import annotations

import pytest

from canisters.notifications.model.subscriptions import LIFETIME_MS
from parley.agent import AgentRejected
from parley.interfaces import ask, call
from replica.principal import ANONYMOUS
from replica.reject import Reject
from tests.canisters.notifications.browsers import exists, metrics, subscribe, subscription, unsubscribe
from tests.canisters.notifications.test_model import AUTH, P256DH


def test_a_registered_person_subscribes(alice):
    assert alice.user_id

    assert subscribe(alice, "phone") == {"Success": None}

    assert exists(alice, "phone") == {"Yes": None}
    assert exists(alice, "laptop") == {"No": None}
    assert (metrics(alice.system)["users"], metrics(alice.system)["subscriptions"]) == (1, 1)


def test_nobody_subscribes_who_is_not_registered(alice, mallory):
    assert subscribe(mallory, "phone") == {"UserNotFound": None}
    assert exists(mallory, "phone") == {"No": None}
    assert metrics(alice.system)["subscriptions"] == 0


def test_whoever_registers_later_can_subscribe_then(mallory):
    subscribe(mallory, "phone")
    mallory.registers()

    assert subscribe(mallory, "phone") == {"Success": None}


def test_the_anonymous_principal_cannot_subscribe(system):
    notifications = system.deployment["notifications"]

    with pytest.raises(AgentRejected):
        call(
            system.replica.agent(ANONYMOUS),
            "notifications",
            notifications,
            "push_subscription",
            {"subscription": subscription("phone")},
        )


def test_subscribing_again_does_not_count_twice(alice):
    assert alice.user_id
    for _ in range(3):
        subscribe(alice, "phone")

    assert metrics(alice.system)["subscriptions"] == 1


def test_ten_browsers_are_remembered(alice):
    assert alice.user_id
    for number in range(12):
        subscribe(alice, f"browser {number}")

    assert [exists(alice, f"browser {number}") for number in (1, 2, 11)] == [{"No": None}, {"Yes": None}, {"Yes": None}]
    assert metrics(alice.system)["subscriptions"] == 10


def test_a_browser_unsubscribes(alice):
    assert alice.user_id
    subscribe(alice, "phone")
    subscribe(alice, "laptop")

    assert unsubscribe(alice, "phone") == {"Success": None}
    assert unsubscribe(alice, "phone") == {"Success": None}

    assert (exists(alice, "phone"), exists(alice, "laptop")) == ({"No": None}, {"Yes": None})
    unsubscribe(alice, "laptop")
    assert (metrics(alice.system)["users"], metrics(alice.system)["subscriptions"]) == (0, 0)


def test_nobody_unsubscribes_for_somebody_else(alice, mallory):
    assert alice.user_id
    assert mallory.user_id
    subscribe(alice, "phone")

    unsubscribe(mallory, "phone")

    assert exists(alice, "phone") == {"Yes": None}
    assert exists(mallory, "phone") == {"No": None}


def test_subscriptions_end_after_a_year_without_a_word(alice):
    assert alice.user_id
    subscribe(alice, "phone")

    alice.system.wait(seconds=LIFETIME_MS / 1_000)

    assert exists(alice, "phone") == {"No": None}
    subscribe(alice, "phone")
    assert exists(alice, "phone") == {"Yes": None}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"endpoint": "http://push.example.org/x"}, "https"),
        ({"endpoint": "https://10.0.0.1/x"}, "public host"),
        ({"endpoint": "x" * 100_000}, "characters"),
        ({"endpoint": "https://push.example.org/\u2028"}, "ASCII"),
        ({"keys": {"p256dh": "", "auth": AUTH}}, "p256dh"),
        ({"keys": {"p256dh": P256DH, "auth": "😀" * 22}}, "auth"),
    ],
)
def test_subscriptions_that_cannot_be_pushed_to_are_refused_in_words(alice, changes, why):
    assert alice.user_id

    refused = subscribe(alice, "phone", **changes)

    assert why in refused["InvalidRequest"]
    assert metrics(alice.system)["subscriptions"] == 0


def test_an_index_that_is_away_is_an_error_that_passes(alice):
    assert alice.user_id
    alice.system.stop(alice.system.deployment["user_index"])

    assert "InternalError" in subscribe(alice, "phone")

    alice.system.start(alice.system.deployment["user_index"])
    assert subscribe(alice, "phone") == {"Success": None}


def test_garbage_is_refused(alice):
    for garbage in (b"", b"DIDL", b"DIDL\x00\x00", b"\xff" * 5_000):
        with pytest.raises(Reject):
            alice.system.replica.update(
                alice.system.deployment["notifications"], "push_subscription", garbage, sender=alice.principal
            )


def test_people_cannot_push(alice):
    with pytest.raises(AgentRejected):
        call(alice.agent, "notifications", alice.system.deployment["notifications"], "c2c_push_notification", b"")


def test_metrics_are_there_for_everyone(system):
    figures = ask(system.replica.agent(ANONYMOUS), "notifications", system.deployment["notifications"], "metrics")

    assert figures["latest_notification_index"] == 0
