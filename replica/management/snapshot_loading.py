"""Loading a snapshot: the canister becomes what another one, or itself, was. Interface spec, "load_canister_snapshot".

Everything happens in the transaction of one call: a snapshot that cannot be loaded leaves the canister as it was.
Loading installs code, so the module passes the allow-list again: the list may have changed since a snapshot was taken,
and never saw the module of one that was uploaded.

NOT LIKE THE IC: loading disarms all timers, which stay as they are there, because a timer here names a function of the
code that armed it. Upgrade after loading, so that `post_upgrade` arms what is needed.
"""

from __future__ import annotations

from hashlib import sha256

from replica.management import access, refusals
from replica.management.changes import note_change
from replica.management.code import accepted_module, check_is_allowed, set_module
from replica.management.host import Args, Host, ManagementCall
from replica.management.snapshots import own_snapshot
from replica.state.canister import Canister
from replica.state.images import BLOCK_BYTES, ImageReader
from replica.state.memory_images import ENTRY_BYTES_MAX, ImageError, read_maps, read_raw
from replica.state.snapshots import ImageKind, Snapshot, snapshot_id, split_snapshot_id


def load_canister_snapshot(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled(host.state, args["canister_id"], call)
    owner = _owner(host, call, canister, args["snapshot_id"])
    snapshot = own_snapshot(host, owner, args["snapshot_id"])
    host.state.canisters.touch(canister)
    try:
        module_bytes = _module_bytes(host, owner, snapshot)
        module = accepted_module(host, canister, module_bytes)
        _load_memory(host, canister, owner, snapshot)
    except ImageError as error:
        raise refusals.snapshot_unloadable(args["snapshot_id"], str(error)) from error
    set_module(host, canister, module, sha256(module_bytes).digest(), module_bytes)
    canister.certified_data = snapshot.certified_data
    canister.version += 1
    canister.installed_at_ns = call.now_ns
    note_change(host, call, canister, "load_snapshot", _details(canister, owner, snapshot))
    call.after_commit.append(canister.drop_continuations)
    return ()


def _owner(host: Host, call: ManagementCall, canister: Canister, given: bytes) -> Canister:
    """The canister that the snapshot belongs to, which its id names. Who does not control it learns nothing of it."""
    parts = split_snapshot_id(given)
    if parts is None or parts[0] == canister.id:
        return canister
    owner = host.state.canisters.get(parts[0])
    if owner is None or call.caller not in owner.controllers:
        raise refusals.snapshot_not_controlled(canister.id, given, call.caller)
    return owner


def _module_bytes(host: Host, owner: Canister, snapshot: Snapshot) -> bytes:
    if snapshot.module_hash is not None:
        return host.state.modules.get(snapshot.module_hash) or b""
    image = host.state.snapshots.image(owner, snapshot.number, ImageKind.MODULE)
    # Hashed a part at a time first, so that nobody's forgery is ever held as a whole.
    hasher, reader = sha256(), ImageReader(image, snapshot.module_bytes)
    while reader.left:
        part = reader.take(min(reader.left, BLOCK_BYTES))
        if part is None:
            raise ImageError("a part of its module was never uploaded")
        hasher.update(part)
    check_is_allowed(host, hasher.digest())
    return image.read(0, snapshot.module_bytes)


def _load_memory(host: Host, canister: Canister, owner: Canister, snapshot: Snapshot) -> None:
    snapshots, number = host.state.snapshots, snapshot.number
    canister.state.clear()
    host.state.timers.clear_all(canister)
    entry_bytes_max = ENTRY_BYTES_MAX if snapshot.is_uploaded else None
    maps = snapshots.image(owner, number, ImageKind.MAPS)
    read_maps(canister, maps, snapshot.maps_bytes, entry_bytes_max=entry_bytes_max)
    read_raw(canister, snapshots.image(owner, number, ImageKind.RAW), snapshot.raw_bytes)
    host.state.chunks.clear(canister)
    for chunk_hash in snapshots.chunk_hashes(owner, number):
        host.state.chunks.put(canister, snapshots.chunk(owner, number, chunk_hash) or b"")


def _details(canister: Canister, owner: Canister, snapshot: Snapshot) -> dict[str, object]:
    return {
        "from_canister_id": None if owner is canister else owner.id,
        "snapshot_id": snapshot_id(owner.id, snapshot.number),
        "canister_version": snapshot.canister_version,
        "taken_at_timestamp": snapshot.taken_at_ns,
        "is_uploaded": snapshot.is_uploaded,
    }
