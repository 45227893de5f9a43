"""Uploads in progress. Chunks belong to a batch; a batch that nobody touched for five minutes is deleted with them.

batches   batch id -> {`u` time of last use in nanoseconds, `c` chunk ids}
chunks    chunk id -> {`b` batch id, `r` run}
"""

from typing import Any

import msgpack

from canisters.lib import env
from canisters.website import content, state
from canisters.website.errors import WebsiteError

EXPIRY_NS = 5 * 60 * 1_000_000_000
BATCHES_MAX = 50


def create() -> int:
    _delete_expired()
    if state.batches.len() >= BATCHES_MAX:
        raise WebsiteError(f"there are {BATCHES_MAX} batches in progress")
    batch_id = state.next_id()
    _touch(batch_id)
    return batch_id


def add_chunk(batch_id: int, data: bytes) -> int:
    _check_alive(batch_id)
    chunk_id = state.next_id()
    state.chunks.insert(chunk_id, msgpack.packb({"b": batch_id, "r": content.write_run(data)}))
    _touch(batch_id)
    return chunk_id


def take_chunk(batch_id: int, chunk_id: int) -> list[int]:
    """The run of a chunk of this batch; it belongs to the taker now."""
    chunk = _chunk(chunk_id)
    if chunk is None or chunk["b"] != batch_id:
        raise WebsiteError(f"chunk {chunk_id} is not in batch {batch_id}")
    state.chunks.remove(chunk_id)
    return chunk["r"]


def check_alive(batch_id: int) -> None:
    _check_alive(batch_id)


def delete(batch_id: int) -> None:
    """Forget the batch and the chunks that nobody took. Deleting one that is gone is no error."""
    if not 0 <= batch_id < 2**64 or state.batches.remove(batch_id) is None:
        return
    for chunk_id, packed in state.chunks.items():
        chunk = msgpack.unpackb(packed)
        if chunk["b"] == batch_id:
            content.delete_runs([chunk["r"]])
            state.chunks.remove(chunk_id)


def _check_alive(batch_id: int) -> None:
    used = state.batches.get(batch_id) if 0 <= batch_id < 2**64 else None
    if used is None or _is_expired(used):
        raise WebsiteError(f"batch {batch_id} is unknown or has expired")


def _delete_expired() -> None:
    for batch_id, used in state.batches.items():
        if _is_expired(used):
            delete(batch_id)


def _is_expired(used: bytes) -> bool:
    return env.now_ns() - int.from_bytes(used, "big") > EXPIRY_NS


def _touch(batch_id: int) -> None:
    state.batches.insert(batch_id, env.now_ns().to_bytes(8, "big"))


def _chunk(chunk_id: int) -> dict[str, Any] | None:
    packed = state.chunks.get(chunk_id) if 0 <= chunk_id < 2**64 else None
    return None if packed is None else msgpack.unpackb(packed)
