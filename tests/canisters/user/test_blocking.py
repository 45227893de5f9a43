"""Blocking: messages are turned away without telling the sender, and history stays."""

from replica.principal import Principal


def test_a_blocked_sender_sees_an_ordinary_chat_that_is_never_read(system, alice, bob):
    alice.sends(bob, "hi")
    bob.blocks(alice)

    assert "Success" in alice.sends(bob, "are you angry?")
    system.wait(hours=5)

    assert bob.reads(alice) == ["hi"]
    assert alice.reads(bob) == ["hi", "are you angry?"]
    assert alice.summary(bob)["confirmed_up_to"] == 0
    assert not alice.summary(bob)["delivery_failed"]


def test_a_stranger_who_is_blocked_opens_no_chat(alice, bob):
    bob.blocks(alice)

    alice.sends(bob, "hi")

    assert bob.reads(alice) == {"ChatNotFound": None}
    assert bob.initial_state()["direct_chats"] == []


def test_after_unblocking_new_messages_arrive_and_lost_ones_do_not(alice, bob):
    bob.blocks(alice)
    alice.sends(bob, "lost")
    bob.unblocks(alice)

    alice.sends(bob, "heard")

    assert bob.reads(alice) == ["heard"]
    assert alice.reads(bob) == ["lost", "heard"]


def test_the_blocked_are_listed_in_order_and_once(alice, bob, carol):
    for other in (bob, carol, bob):
        alice.blocks(other)
    assert alice.initial_state()["blocked_users"] == [bob.user_id, carol.user_id]

    since = alice.initial_state()["timestamp"]
    alice.unblocks(bob)

    assert alice.sees_updates(since)["Success"]["blocked_users"] == [carol.user_id]


def test_blocking_again_or_unblocking_somebody_who_is_not_blocked_changes_nothing(alice, bob):
    alice.blocks(bob)
    since = alice.initial_state()["timestamp"]
    assert alice.blocks(bob) == {"Success": None}
    assert "SuccessNoUpdates" in alice.sees_updates(since)

    alice.unblocks(bob)
    since = alice.initial_state()["timestamp"]
    assert alice.unblocks(bob) == {"Success": None}
    assert "SuccessNoUpdates" in alice.sees_updates(since)


def test_who_is_no_person_cannot_be_blocked(alice):
    for nobody in (alice.user_id, Principal(b""), Principal(b"\x04")):
        assert "InvalidRequest" in alice.updates("block_user", {"user_id": nobody})
    assert alice.initial_state()["blocked_users"] == []


def test_a_chat_can_be_read_on_while_the_other_is_blocked(alice, bob):
    alice.sends(bob, "hi")

    bob.blocks(alice)

    assert bob.reads(alice) == ["hi"]
    assert bob.marks_read(alice, 0) == {"Success": None}
