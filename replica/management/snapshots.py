"""Taking, listing and deleting snapshots. Interface spec, "IC method take_canister_snapshot" and those after it.

NOT LIKE THE IC: a snapshot is a copy, made there and then, where the Internet Computer shares pages: a gigabyte takes
two seconds in which nothing else runs, to load it up to ten, and as much disk again. It is read a part at a time; what
is written stays in memory up to half a gibibyte, and more only where single values are larger than a page.
"""

from __future__ import annotations

from replica.management import access, refusals
from replica.management.code import uninstall
from replica.management.host import Args, Host, ManagementCall
from replica.state.canister import Canister
from replica.state.memory_images import write_maps, write_raw
from replica.state.snapshots import SNAPSHOTS_MAX, ImageKind, Snapshot, snapshot_id, split_snapshot_id


def take_canister_snapshot(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    if canister.module_hash is None:
        raise refusals.nothing_to_snapshot(canister.id)
    number = next_snapshot_number(host, canister, args["replace_snapshot"])
    snapshot = _copy(host, call, canister, number, canister.module_hash)
    if args["uninstall_code"]:
        uninstall(host, call, canister)
    return (show_snapshot(canister, snapshot),)


def list_canister_snapshots(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.with_visible_snapshots(host.state, args["canister_id"], call)
    return ([show_snapshot(canister, snapshot) for snapshot in host.state.snapshots.all(canister)],)


def delete_canister_snapshot(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    delete_snapshot(host, canister, own_snapshot(host, canister, args["snapshot_id"]))
    return ()


def own_snapshot(host: Host, canister: Canister, given: bytes) -> Snapshot:
    """The snapshot of this canister with the id given. Raises `Reject`."""
    parts = split_snapshot_id(given)
    if parts is not None and parts[0] != canister.id:
        raise refusals.snapshot_of_another(canister.id, given)
    snapshot = None if parts is None else host.state.snapshots.get(canister, parts[1])
    if snapshot is None:
        raise refusals.snapshot_not_found(canister.id, given)
    return snapshot


def next_snapshot_number(host: Host, canister: Canister, replaced: bytes | None) -> int:
    """The number of a new snapshot, if there may be one more or it replaces another. Raises `Reject`."""
    if replaced is not None:
        delete_snapshot(host, canister, own_snapshot(host, canister, replaced))
    elif len(host.state.snapshots.all(canister)) >= SNAPSHOTS_MAX:
        raise refusals.too_many_snapshots(canister.id, SNAPSHOTS_MAX)
    return host.state.snapshots.next_number(canister)


def delete_snapshot(host: Host, canister: Canister, snapshot: Snapshot) -> None:
    host.state.snapshots.delete(canister, snapshot)
    if snapshot.module_hash is not None:
        host.state.modules.release(snapshot.module_hash)


def forget_snapshots(host: Host, canister: Canister) -> None:
    """For a canister that is deleted."""
    for snapshot in host.state.snapshots.all(canister):
        if snapshot.module_hash is not None:
            host.state.modules.release(snapshot.module_hash)
    host.state.snapshots.clear(canister)


def show_snapshot(canister: Canister, snapshot: Snapshot) -> dict[str, object]:
    return {
        "id": snapshot_id(canister.id, snapshot.number),
        "taken_at_timestamp": snapshot.taken_at_ns,
        "total_size": snapshot.total_bytes,
    }


def _copy(host: Host, call: ManagementCall, canister: Canister, number: int, module_hash: bytes) -> Snapshot:
    """Copy a canister to its snapshot with this number, and note it."""
    snapshots, modules = host.state.snapshots, host.state.modules
    modules.share(module_hash)
    snapshot = Snapshot(
        number=number,
        taken_at_ns=call.now_ns,
        canister_version=canister.version,
        is_uploaded=False,
        module_hash=module_hash,
        module_bytes=len(modules.get(module_hash) or b""),
        maps_bytes=write_maps(canister, snapshots.image(canister, number, ImageKind.MAPS)),
        raw_bytes=write_raw(canister, snapshots.image(canister, number, ImageKind.RAW)),
        chunk_bytes=_copy_chunks(host, canister, number),
        certified_data=canister.certified_data,
    )
    snapshots.put(canister, snapshot)
    return snapshot


def _copy_chunks(host: Host, canister: Canister, number: int) -> int:
    size_bytes = 0
    for chunk_hash in host.state.chunks.hashes(canister):
        chunk = host.state.chunks.get(canister, chunk_hash) or b""
        host.state.snapshots.put_chunk(canister, number, chunk)
        size_bytes += len(chunk)
    return size_bytes
