"""The outbox: numbered, kept until confirmed, tried again on a schedule."""

import pytest

from canisters.lib import outbox
from tests.canisters.lib.fake_map import FakeMap

NOW_MS = 1_750_000_000_000
PREFIX = b"Q\x00\x00\x00\x01"


@pytest.fixture
def records():
    return FakeMap()


@pytest.fixture
def state():
    return outbox.new_state(NOW_MS)


def push(records, state, *texts: str):
    for text in texts:
        outbox.push(records, PREFIX, state, {"text": text})


def texts(batch):
    return [item["text"] for item in batch]


def test_items_are_taken_in_order_with_their_numbers(records, state):
    push(records, state, "one", "two")

    batch = outbox.take(records, PREFIX, state, NOW_MS)

    assert texts(batch) == ["one", "two"]
    assert [item["seq"] for item in batch] == [NOW_MS, NOW_MS + 1]


def test_only_one_call_is_in_flight(records, state):
    push(records, state, "one")
    outbox.take(records, PREFIX, state, NOW_MS)
    push(records, state, "two")

    assert not outbox.may_send(state, NOW_MS + 1)

    outbox.confirm(records, PREFIX, state, NOW_MS + 1)
    assert outbox.may_send(state, NOW_MS + 1)
    assert texts(outbox.take(records, PREFIX, state, NOW_MS + 1)) == ["two"]


def test_a_mark_that_a_crash_left_goes_stale(records, state):
    push(records, state, "one")
    outbox.take(records, PREFIX, state, NOW_MS)

    assert not outbox.may_send(state, NOW_MS + outbox.IN_FLIGHT_STALE_MS - 1)
    assert outbox.may_send(state, NOW_MS + outbox.IN_FLIGHT_STALE_MS)
    assert outbox.due_at(state) == NOW_MS + outbox.IN_FLIGHT_STALE_MS


def test_confirmed_items_are_gone(records, state):
    push(records, state, "one", "two", "three")
    outbox.take(records, PREFIX, state, NOW_MS)

    assert outbox.confirm(records, PREFIX, state, NOW_MS + 2) == 2

    assert outbox.pending(state) == 1
    assert records.len() == 1


def test_a_confirmation_beyond_the_end_or_repeated_does_no_harm(records, state):
    push(records, state, "one")

    assert outbox.confirm(records, PREFIX, state, NOW_MS + 1_000) == 1
    assert outbox.confirm(records, PREFIX, state, NOW_MS) == 0

    push(records, state, "two")
    assert texts(outbox.take(records, PREFIX, state, NOW_MS)) == ["two"]


def test_retries_follow_the_schedule_and_end(records, state):
    push(records, state, "one")
    delays = []
    for _ in range(outbox.ATTEMPTS_MAX):
        outbox.take(records, PREFIX, state, NOW_MS)
        outbox.fail(state, NOW_MS)
        delays.append((state["t"] - NOW_MS) // 1_000)

    assert delays == [10, 20, 30, 60, 120] + [300] * 45
    assert outbox.has_failed(state)
    assert outbox.due_at(state) is None


def test_the_next_item_tries_again_after_the_retries_are_used_up(records, state):
    push(records, state, "one")
    for _ in range(outbox.ATTEMPTS_MAX):
        outbox.fail(state, NOW_MS)

    push(records, state, "two")

    assert not outbox.has_failed(state)
    assert texts(outbox.take(records, PREFIX, state, NOW_MS)) == ["one", "two"]


def test_an_empty_outbox_is_never_due(state):
    assert outbox.due_at(state) is None
    assert not outbox.may_send(state, NOW_MS)


def test_a_batch_has_at_most_50_items_and_a_megabyte(records, state):
    push(records, state, *("x" for _ in range(60)))
    assert len(outbox.take(records, PREFIX, state, NOW_MS)) == 50

    outbox.confirm(records, PREFIX, state, NOW_MS + 60)
    push(records, state, "a" * 600_000, "b" * 600_000)
    assert len(outbox.take(records, PREFIX, state, NOW_MS)) == 1


def test_a_new_outbox_continues_above_one_that_was_lost(records, state):
    push(records, state, "one", "two")

    later = outbox.new_state(NOW_MS + 10)

    assert later["n"] > state["n"]
