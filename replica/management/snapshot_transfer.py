"""Snapshots leave and arrive in pieces: a record of sizes first, then the bytes. Interface spec, "snapshot metadata".

What travels: the module as it was installed, raw stable memory byte for byte, the chunk store, and, in the place of the
Wasm memory, the image of all stable maps that `replica/state/memory_images.py` describes.

NOT LIKE THE IC: Python has no memory to copy between messages and no Wasm globals, and the maps of a Kybra canister are
no part of the stable memory here. So a snapshot goes from one embedded replica to another, not to the Internet Computer
or back; its global timer is always inactive and its hook for low memory never ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from replica.management import access, refusals
from replica.management.code import MODULE_BYTES_MAX
from replica.management.host import Args, Host, ManagementCall
from replica.management.snapshots import next_snapshot_number, own_snapshot
from replica.state.canister import PAGE_BYTES, Canister
from replica.state.chunks import CHUNK_BYTES_MAX, CHUNKS_MAX
from replica.state.snapshots import ImageKind, Snapshot, snapshot_id
from replica.state.stable_state import STABLE_BYTES_MAX

SLICE_BYTES_MAX: Final = 2_000_000
_CERTIFIED_DATA_BYTES_MAX: Final = 32
_KINDS: Final = {
    "wasm_module": ImageKind.MODULE,
    "wasm_memory": ImageKind.MAPS,
    "stable_memory": ImageKind.RAW,
}


# -- Leaving ---------------------------------------------------------------------------------------------------------


def read_canister_snapshot_metadata(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.with_visible_snapshots(host.state, args["canister_id"], call)
    snapshot = own_snapshot(host, canister, args["snapshot_id"])
    hashes = host.state.snapshots.chunk_hashes(canister, snapshot.number)
    metadata = {
        "source": {"metadata_upload" if snapshot.is_uploaded else "taken_from_canister": None},
        "taken_at_timestamp": snapshot.taken_at_ns,
        "wasm_module_size": snapshot.module_bytes,
        "globals": [],
        "wasm_memory_size": snapshot.maps_bytes,
        "stable_memory_size": snapshot.raw_bytes,
        "wasm_chunk_store": [{"hash": chunk_hash} for chunk_hash in hashes],
        "canister_version": snapshot.canister_version,
        "certified_data": snapshot.certified_data,
        "global_timer": {"inactive": None},
        "on_low_wasm_memory_hook_status": {"condition_not_satisfied": None},
    }
    return (metadata,)


def read_canister_snapshot_data(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.with_visible_snapshots(host.state, args["canister_id"], call)
    snapshot = own_snapshot(host, canister, args["snapshot_id"])
    ((name, where),) = args["kind"].items()
    if name == "wasm_chunk":
        return ({"chunk": _read_chunk(host, canister, snapshot, where["hash"])},)
    return ({"chunk": _read_slice(host, canister, snapshot, _KINDS[name], where)},)


def _read_chunk(host: Host, canister: Canister, snapshot: Snapshot, chunk_hash: bytes) -> bytes:
    chunk = host.state.snapshots.chunk(canister, snapshot.number, chunk_hash)
    if chunk is None:
        raise refusals.chunk_missing(chunk_hash)
    return chunk


def _read_slice(host: Host, canister: Canister, snapshot: Snapshot, kind: ImageKind, where: Mapping[str, int]) -> bytes:
    offset, size = where["offset"], where["size"]
    if size > SLICE_BYTES_MAX:
        raise refusals.slice_too_large(size, SLICE_BYTES_MAX)
    if offset + size > _size(snapshot, kind):
        raise refusals.invalid_slice(offset, size)
    if kind is ImageKind.MODULE and snapshot.module_hash is not None:
        return (host.state.modules.get(snapshot.module_hash) or b"")[offset : offset + size]
    return host.state.snapshots.image(canister, snapshot.number, kind).read(offset, size)


def _size(snapshot: Snapshot, kind: ImageKind) -> int:
    return (snapshot.module_bytes, snapshot.maps_bytes, snapshot.raw_bytes)[kind]


# -- Arriving --------------------------------------------------------------------------------------------------------


def upload_canister_snapshot_metadata(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    _check_metadata(args)
    number = next_snapshot_number(host, canister, args["replace_snapshot"])
    snapshot = Snapshot(
        number=number,
        taken_at_ns=call.now_ns,
        canister_version=canister.version,
        is_uploaded=True,
        module_hash=None,
        module_bytes=args["wasm_module_size"],
        maps_bytes=args["wasm_memory_size"],
        raw_bytes=args["stable_memory_size"],
        chunk_bytes=0,
        certified_data=args["certified_data"],
    )
    host.state.snapshots.put(canister, snapshot)
    return ({"snapshot_id": snapshot_id(canister.id, number)},)


def _check_metadata(args: Args) -> None:
    limits = {
        "wasm_module_size": MODULE_BYTES_MAX,
        "wasm_memory_size": STABLE_BYTES_MAX,
        "stable_memory_size": STABLE_BYTES_MAX,
    }
    for name, limit in limits.items():
        if args[name] > limit:
            raise refusals.invalid_payload(f"{name} of {args[name]} is above the limit of {limit}")
    if args["stable_memory_size"] % PAGE_BYTES:
        raise refusals.invalid_payload(f"stable_memory_size must be whole pages of {PAGE_BYTES} bytes")
    if args["globals"]:
        raise refusals.invalid_payload("the modules of this replica have no Wasm globals")
    if len(args["certified_data"]) > _CERTIFIED_DATA_BYTES_MAX:
        raise refusals.invalid_payload(f"certified_data has more than {_CERTIFIED_DATA_BYTES_MAX} bytes")


def upload_canister_snapshot_data(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    snapshot = own_snapshot(host, canister, args["snapshot_id"])
    if not snapshot.is_uploaded:
        raise refusals.snapshot_immutable()
    ((name, where),) = args["kind"].items()
    if name == "wasm_chunk":
        _write_chunk(host, canister, snapshot, args["chunk"])
    else:
        _write_slice(host, canister, snapshot, _KINDS[name], where["offset"], args["chunk"])
    return ()


def _write_slice(
    host: Host, canister: Canister, snapshot: Snapshot, kind: ImageKind, offset: int, chunk: bytes
) -> None:
    if offset + len(chunk) > _size(snapshot, kind):
        raise refusals.invalid_slice(offset, len(chunk))
    host.state.snapshots.image(canister, snapshot.number, kind).write(offset, chunk)


def _write_chunk(host: Host, canister: Canister, snapshot: Snapshot, chunk: bytes) -> None:
    if len(chunk) > CHUNK_BYTES_MAX:
        raise refusals.chunk_too_large(len(chunk), CHUNK_BYTES_MAX)
    snapshots, number = host.state.snapshots, snapshot.number
    before = set(snapshots.chunk_hashes(canister, number))
    snapshots.put_chunk(canister, number, chunk)
    after = snapshots.chunk_hashes(canister, number)
    if len(after) > CHUNKS_MAX:
        raise refusals.chunk_store_full(CHUNKS_MAX)
    if len(after) > len(before):
        snapshots.put(canister, replace(snapshot, chunk_bytes=snapshot.chunk_bytes + len(chunk)))
