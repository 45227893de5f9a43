"""What a received message tells the notifications canister."""

import pytest

from tests.canisters.notifications.browsers import pushed, subscribe, unsubscribe
from tests.canisters.puppet import Puppet
from tests.fixtures.people import OPERATOR, Person


@pytest.fixture
def pushes(system, bob):
    """What is pushed to bob, who has subscribed, oldest first."""
    assert bob.user_id
    assert subscribe(bob, "phone") == {"Success": None}
    return lambda: [payload for _, payload in pushed(system)]


def test_a_message_is_pushed_to_its_recipient_alone(system, pushes, alice, bob):
    alice.sends(bob, "hi " * 100)

    ((recipients, payload),) = pushed(system)
    assert recipients == [bob.user_id]
    assert payload == {
        "type": "direct_message",
        "sender": alice.user_id.text,
        "sender_name": "alice",
        "chat_id": alice.user_id.text,
        "message_index": 0,
        "event_index": 1,
        "text": ("hi " * 100)[:200],
        "timestamp": system.clock.now_ns() // 1_000_000,
    }


def test_nobody_pushes_under_the_name_of_somebody_else(pushes, bob, mallory):
    mallory.sends(bob, "give me your key", sender_name="alice")

    assert [payload["sender_name"] for payload in pushes()] == ["mallory"]


def test_somebody_who_is_blocked_pushes_nothing(pushes, alice, bob):
    bob.blocks(alice)

    alice.sends(bob, "hi")

    assert pushes() == []


def test_read_marks_push_nothing(pushes, alice, bob):
    bob.sends(alice, "hi")

    alice.marks_read(bob, 0)

    assert pushes() == []


def test_messages_that_arrive_together_are_pushed_in_order(system, pushes, alice, bob):
    system.stop(bob.user_id)
    alice.sends(bob, "one")
    alice.sends(bob, "two")
    system.start(bob.user_id)
    system.wait(seconds=30)

    assert [payload["text"] for payload in pushes()] == ["one", "two"]


def test_a_notifications_canister_that_is_down_holds_no_message_up(system, alice, bob):
    assert alice.user_id != bob.user_id
    system.stop(system.deployment["notifications"])

    alice.sends(bob, "hi")

    assert bob.reads(alice) == ["hi"]
    assert alice.summary(bob)["confirmed_up_to"] == 0


# -- Whether anybody listens -----------------------------------------------------------------------------------------


def pushes_handled(system):
    """How many messages the notifications canister has executed, by its version."""
    return system.replica.canister_status(system.deployment["notifications"], sender=OPERATOR)["version"]


def test_nothing_is_pushed_while_nobody_listens(system, alice, bob):
    alice.sends(bob, "is anybody there?")
    before = pushes_handled(system)

    alice.sends(bob, "well?")
    alice.sends(bob, "hello?")

    assert pushes_handled(system) == before
    assert len(bob.reads(alice)) == 3


def test_whoever_subscribes_is_pushed_to_from_the_next_message_on(system, alice, bob):
    alice.sends(bob, "one")

    subscribe(bob, "phone")
    alice.sends(bob, "two")
    alice.sends(bob, "three")

    assert [payload["text"] for _, payload in pushed(system)] == ["two", "three"]


def test_whoever_no_longer_listens_is_pushed_to_for_ten_minutes_at_most(system, pushes, alice, bob):
    alice.sends(bob, "one")
    unsubscribe(bob, "phone")
    system.wait(minutes=10)
    alice.sends(bob, "two")
    before = pushes_handled(system)

    alice.sends(bob, "three")

    assert pushes_handled(system) == before


def test_a_lost_word_that_somebody_listens_is_made_up_for_within_ten_minutes(system, alice, bob):
    alice.sends(bob, "one")
    system.stop(bob.user_id)
    subscribe(bob, "phone")
    system.start(bob.user_id)
    alice.sends(bob, "two")

    system.wait(minutes=10)
    alice.sends(bob, "three")
    alice.sends(bob, "four")

    assert [payload["text"] for _, payload in pushed(system)] == ["three", "four"]


def test_only_the_notifications_canister_says_that_somebody_listens(system, alice, bob):
    alice.sends(bob, "one")
    puppet = Puppet.of(system)

    answer = puppet.calls(bob.user_id, "c2c_subscribed", {})
    alice.sends(bob, "two")

    assert "the caller is not the notifications canister" in answer["Err"]
    before = pushes_handled(system)
    alice.sends(bob, "three")
    assert pushes_handled(system) == before


def test_a_notifications_canister_that_does_not_say_whom_it_reached_is_pushed_to_as_ever(undeployed, bundles):
    modules = {**undeployed.modules, "notifications": bundles.get("notifications", version="0.1.0", change=be_silent)}
    undeployed.modules = modules
    undeployed.deploy()
    alice, bob = Person(undeployed, "alice"), Person(undeployed, "bob")
    alice.sends(bob, "one")
    before = pushes_handled(undeployed)

    alice.sends(bob, "two")

    assert pushes_handled(undeployed) > before


def be_silent(canisters):
    method = canisters / "notifications" / "updates" / "c2c_push_notification.py"
    source = method.read_text()
    assert '{"reached": len(reached)}' in source
    method.write_text(source.replace('{"reached": len(reached)}', "{}"))
