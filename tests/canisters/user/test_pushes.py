"""What a received message tells the notifications canister."""

import pytest

from tests.canisters.notifications.browsers import pushed, subscribe


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
