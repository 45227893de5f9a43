"""Starting, stopping and deleting canisters. Interface spec, "IC method stop_canister"."""

from __future__ import annotations

from replica.management import access, refusals
from replica.management.code import clear_memory
from replica.management.host import Args, Host, ManagementCall
from replica.management.snapshots import forget_snapshots


def start_canister(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled_or_administered(host.state, args["canister_id"], call)
    host.state.canisters.touch(canister)
    canister.version += 1
    if canister.status != "running":
        canister.status = "running"
        host.state.timers.unpark(canister, call.now_ns)
        call.after_commit.append(lambda: host.cancel_stops(canister))
    return ()


def stop_canister(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled_or_administered(host.state, args["canister_id"], call)
    host.state.canisters.touch(canister)
    canister.version += 1
    if canister.status == "stopped":
        return ()
    canister.status = "stopping"
    call.is_deferred = True
    call.after_commit.append(lambda: host.await_stop(canister, call))
    return ()


def delete_canister(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.controlled_or_administered(host.state, args["canister_id"], call)
    if call.caller == canister.id:
        raise refusals.cannot_delete_itself(canister.id)
    if canister.status != "stopped":
        raise refusals.not_stopped(canister.id)
    clear_memory(host, canister)
    host.state.chunks.clear(canister)
    host.state.changes.clear(canister)
    forget_snapshots(host, canister)
    if canister.module_hash is not None:
        host.state.modules.release(canister.module_hash)
    # What is in flight may yet be accepted by whom it was sent to; then it is taken off the total again.
    host.state.subnet.cycles_burnt += canister.balance + canister.cycles_in_flight
    host.state.canisters.delete(canister)
    return ()
