"""The notifications that wait for the relay: consecutive indexes from 1, the oldest dropped when there are too many.

RECORDS  "N" + index (u64)  -> {`t` time (ms), `r` recipients, `b` payload}
INDEXES  "n" + index (u64)  -> index of the record, for the further envelopes of a notification to many
"""

from typing import Any

from canisters.lib import env
from canisters.lib.stable import pieces
from canisters.notifications import state
from canisters.notifications.model.queue import QUEUE_MAX, envelope_count


def push(recipients: list[bytes], payload: bytes) -> None:
    """Queue a notification; `recipients` are people with subscriptions, at least one."""
    totals = state.load_totals()
    index = totals["next"]
    state.save(record_key(index), {"t": env.now_ms(), "r": recipients, "b": payload})
    for further in range(index + 1, index + envelope_count(len(recipients))):
        state.INDEXES.insert(_further_key(further), index.to_bytes(8, "big"))
    totals["next"] = index + envelope_count(len(recipients))
    while totals["next"] - totals["first"] > QUEUE_MAX:
        _drop_oldest(totals)
    state.save_totals(totals)


def remove_up_to(index: int, count_max: int) -> None:
    """Forget what the relay has dealt with, at most `count_max` envelopes at a time."""
    totals = state.load_totals()
    stop = min(index + 1, totals["next"], totals["first"] + count_max)
    while totals["first"] < stop:
        _drop_oldest(totals)
    state.save_totals(totals)


def find(index: int) -> tuple[int, dict[str, Any]]:
    """The notification that this envelope belongs to, and the envelope's number in it. The index must be queued."""
    first = state.INDEXES.get(_further_key(index))
    record_index = index if first is None else int.from_bytes(first, "big")
    record = state.load(record_key(record_index))
    assert record is not None, "the queue has a gap"
    return index - record_index, record


def record_key(index: int) -> bytes:
    return b"N" + index.to_bytes(8, "big")


def _drop_oldest(totals: dict[str, int]) -> None:
    """Drop an envelope; the record goes with the last of its envelopes."""
    index = totals["first"]
    totals["first"] = index + 1
    first = state.INDEXES.remove(_further_key(index))
    record_index = index if first is None else int.from_bytes(first, "big")
    if not state.INDEXES.contains_key(_further_key(index + 1)):
        pieces.remove(state.RECORDS, record_key(record_index))


def _further_key(index: int) -> bytes:
    return b"n" + index.to_bytes(8, "big")
