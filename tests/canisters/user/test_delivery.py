"""Delivery: in order, exactly once, whatever happens to the peer, the replica or the code. Invariants I1 and I2."""

from canisters.lib import outbox


def test_the_answer_does_not_wait_for_the_peer(system, alice, bob):
    alice.sends(bob, "one")
    system.stop(bob.user_id)

    assert "Success" in alice.sends(bob, "two")

    assert alice.reads(bob) == ["one", "two"]
    assert alice.summary(bob)["confirmed_up_to"] == 0
    assert not alice.summary(bob)["delivery_failed"]


def test_messages_arrive_in_order_and_once_when_the_peer_starts_again(system, alice, bob):
    alice.sends(bob, "one")
    system.stop(bob.user_id)
    for text in ("two", "three", "four"):
        alice.sends(bob, text)
    system.start(bob.user_id)

    system.wait(minutes=10)

    assert bob.reads(alice) == alice.reads(bob) == ["one", "two", "three", "four"]
    assert alice.summary(bob)["confirmed_up_to"] == 3


def test_a_first_message_reaches_a_peer_that_was_stopped(system, alice, bob):
    message = alice.message(bob, "hi")
    system.stop(bob.user_id)
    alice.updates("send_message", message)
    assert alice.summary(bob)["confirmed_up_to"] is None
    system.start(bob.user_id)

    system.wait(seconds=10)

    assert bob.reads(alice) == ["hi"]
    assert alice.summary(bob)["confirmed_up_to"] == 0


def test_more_messages_than_one_call_carries_arrive_together(system, alice, bob):
    alice.sends(bob, "first")
    system.stop(bob.user_id)
    texts = [f"message {number}" for number in range(120)]
    for text in texts:
        alice.sends(bob, text)
    system.start(bob.user_id)

    alice.sends(bob, "last")

    assert bob.pages(alice)["Success"]["latest_event_index"] == 122
    assert alice.summary(bob)["confirmed_up_to"] == 121


def test_the_next_message_carries_what_waits(system, alice, bob):
    alice.sends(bob, "one")
    system.stop(bob.user_id)
    alice.sends(bob, "two")
    system.start(bob.user_id)

    alice.sends(bob, "three")

    assert bob.reads(alice) == ["one", "two", "three"]


def test_retries_come_after_10_20_and_30_seconds(system, alice, bob):
    alice.sends(bob, "one")
    system.stop(bob.user_id)
    alice.sends(bob, "two")
    system.wait(seconds=10)
    system.wait(seconds=20)
    system.start(bob.user_id)

    system.wait(seconds=29)
    assert bob.reads(alice) == ["one"]

    system.wait(seconds=1)
    assert bob.reads(alice) == ["one", "two"]


def test_delivery_fails_visibly_when_the_retries_are_used_up_and_the_next_message_tries_again(system, alice, bob):
    alice.sends(bob, "one")
    system.stop(bob.user_id)
    alice.sends(bob, "two")
    for _ in range(outbox.ATTEMPTS_MAX - 1):
        assert not alice.summary(bob)["delivery_failed"]
        system.wait(minutes=5)
    assert alice.summary(bob)["delivery_failed"]

    system.start(bob.user_id)
    system.wait(days=1)
    assert bob.reads(alice) == ["one"]

    alice.sends(bob, "three")
    assert bob.reads(alice) == ["one", "two", "three"]
    assert not alice.summary(bob)["delivery_failed"]


def test_a_peer_that_is_down_holds_nobody_else_up(system, alice, bob, carol):
    alice.sends(bob, "one")
    alice.sends(carol, "one")
    system.stop(bob.user_id)

    alice.sends(bob, "two")
    alice.sends(carol, "two")
    system.wait(minutes=1)

    assert carol.reads(alice) == ["one", "two"]


def test_a_crash_between_the_answer_and_the_delivery_loses_and_doubles_nothing(system, alice, bob):
    alice.sends(bob, "one")
    system.restart(messages_per_round_max=1)
    request = alice.submits(bob, "two")
    system.replica.finish(request)
    assert bob.reads(alice) == ["one"]

    system.restart()
    for _ in range(2):
        system.wait(seconds=outbox.IN_FLIGHT_STALE_MS / 1_000)

    assert bob.reads(alice) == alice.reads(bob) == ["one", "two"]
    assert alice.summary(bob)["confirmed_up_to"] == 1


def test_a_crash_at_any_message_of_a_conversation_loses_and_doubles_nothing(system, alice, bob):
    alice.sends(bob, "start")
    system.restart(messages_per_round_max=1)
    sent = ["start"]
    for crash_after in range(8):
        text = f"crash after {crash_after}"
        request = alice.submits(bob, text)
        system.replica.tick(crash_after)
        was_acknowledged = system.replica.core.is_finished(request)
        system.restart()
        system.settle()
        if was_acknowledged or text in alice.reads(bob):
            sent.append(text)

    for _ in range(4):
        system.wait(seconds=20)

    assert alice.reads(bob) == bob.reads(alice) == sent
    assert len(sent) > 4


def test_an_idle_canister_arms_no_timer(system, alice, bob):
    alice.sends(bob, "one")
    system.wait(minutes=5)

    system.wait(minutes=5)

    assert system.replica.core.next_timer_ns() is None
