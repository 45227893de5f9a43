"""The chunk store: modules larger than a message travel in pieces and are put together by their hashes."""

from __future__ import annotations

from replica.management import access, refusals
from replica.management.host import Args, Host, ManagementCall
from replica.state.chunks import CHUNK_BYTES_MAX, CHUNKS_MAX


def upload_chunk(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled_or_own(host.state, args["canister_id"], call)
    chunk = args["chunk"]
    if len(chunk) > CHUNK_BYTES_MAX:
        raise refusals.chunk_too_large(len(chunk), CHUNK_BYTES_MAX)
    chunks = host.state.chunks
    chunk_hash = chunks.put(canister, chunk)
    if len(chunks.hashes(canister)) > CHUNKS_MAX:
        raise refusals.chunk_store_full(CHUNKS_MAX)
    return ({"hash": chunk_hash},)


def stored_chunks(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled_or_own(host.state, args["canister_id"], call)
    return ([{"hash": chunk_hash} for chunk_hash in host.state.chunks.hashes(canister)],)


def clear_chunk_store(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled_or_own(host.state, args["canister_id"], call)
    host.state.chunks.clear(canister)
    return ()
