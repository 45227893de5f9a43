"""What must reach a peer: numbered, kept in stable memory until the peer has it, sent again until then.

One outbox leads to one peer. Its state is a small map that the canister keeps inside its own record of the peer (so
that it costs no access of its own); its items are stored here. The canister asks `take` for what to send, calls the
peer, and reports with `confirm` or `fail`. At most one call per outbox is in flight; a mark older than
`IN_FLIGHT_STALE_MS` belongs to a call that a crash cut off.

Numbers start at the time the outbox was made, not at 0: a canister that lost its memory continues above everything
its peers have seen. `base` tells the peer that whatever is below has been settled, so a peer that refused or lost
items does not wait for them.

    state   n next number · b base: the oldest item not settled · a attempts that failed in a row · t when to try
            again (ms) · f in flight since (ms, 0 if not)
    items   prefix + number (u64) -> MessagePack map
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap

from canisters.lib.stable import pieces

BATCH_ITEMS_MAX = 50
BATCH_BYTES_MAX = 1_000_000
IN_FLIGHT_STALE_MS = 20_000
ATTEMPTS_MAX = 50
RETRY_DELAYS_MS = (10_000, 20_000, 30_000, 60_000, 120_000)
RETRY_DELAY_MAX_MS = 300_000


def new_state(now_ms: int) -> dict[str, Any]:
    return {"n": now_ms, "b": now_ms, "a": 0, "t": 0, "f": 0}


def push(records: StableBTreeMap[bytes, bytes], prefix: bytes, state: dict[str, Any], item: dict[str, Any]) -> None:
    """Add an item; it is tried at once even if the ones before it failed for good."""
    pieces.put(records, item_key(prefix, state["n"]), msgpack.packb(item))
    state["n"] += 1
    if has_failed(state):
        state["a"] = 0


def pending(state: dict[str, Any]) -> int:
    return state["n"] - state["b"]


def has_failed(state: dict[str, Any]) -> bool:
    """Every retry is used up; the next item pushed starts again."""
    return state["a"] >= ATTEMPTS_MAX


def may_send(state: dict[str, Any], now_ms: int) -> bool:
    return pending(state) > 0 and now_ms - state["f"] >= IN_FLIGHT_STALE_MS


def due_at(state: dict[str, Any]) -> int | None:
    """When a timer should send (ms), or None if nothing waits or the retries are used up."""
    if pending(state) == 0 or has_failed(state):
        return None
    return max(state["t"], state["f"] + IN_FLIGHT_STALE_MS if state["f"] else 0)


def take(
    records: StableBTreeMap[bytes, bytes], prefix: bytes, state: dict[str, Any], now_ms: int
) -> list[dict[str, Any]]:
    """The next batch, oldest first, each item with its number under `seq`; marks the outbox as in flight."""
    state["f"] = now_ms
    batch: list[dict[str, Any]] = []
    size_bytes = 0
    for number in range(state["b"], min(state["n"], state["b"] + BATCH_ITEMS_MAX)):
        packed = pieces.get(records, item_key(prefix, number))
        assert packed is not None, "an outbox item is missing"
        size_bytes += len(packed)
        if batch and size_bytes > BATCH_BYTES_MAX:
            break
        item = msgpack.unpackb(packed)
        item["seq"] = number
        batch.append(item)
    return batch


def confirm(records: StableBTreeMap[bytes, bytes], prefix: bytes, state: dict[str, Any], next_number: int) -> int:
    """The peer is done with everything below `next_number`; forget it. Returns how many items that were."""
    state["f"] = 0
    state["a"] = 0
    settled = range(state["b"], min(next_number, state["n"]))
    for number in settled:
        pieces.remove(records, item_key(prefix, number))
    state["b"] += len(settled)
    return len(settled)


def fail(state: dict[str, Any], now_ms: int) -> None:
    """The call failed or its outcome is unknown; sending again is safe because the peer counts."""
    state["f"] = 0
    state["a"] += 1
    state["t"] = now_ms + retry_delay_ms(state["a"])


def retry_delay_ms(attempts: int) -> int:
    return RETRY_DELAYS_MS[attempts - 1] if attempts <= len(RETRY_DELAYS_MS) else RETRY_DELAY_MAX_MS


def item_key(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(8, "big")
