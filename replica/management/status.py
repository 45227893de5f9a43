"""What a canister is and has: for its controllers, for other canisters, and its logs."""

from __future__ import annotations

from replica.management import access, prices, upkeep
from replica.management.changes import show_change
from replica.management.host import Args, Host, ManagementCall
from replica.management.settings import definite_settings
from replica.state.canister import Canister
from replica.state.chunks import CHUNK_BYTES_MAX
from replica.state.consumption import USES

_NO_QUERY_STATS = {
    "num_calls_total": 0,
    "num_instructions_total": 0,
    "request_payload_bytes_total": 0,
    "response_payload_bytes_total": 0,
}


def canister_status(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.with_visible_status(host.state, args["canister_id"], call)
    metrics = memory_metrics(host, canister)
    status = {
        "status": {canister.status: None},
        "ready_for_migration": False,
        "version": canister.version,
        "settings": definite_settings(canister),
        "module_hash": canister.module_hash,
        "memory_size": sum(metrics.values()),
        "memory_metrics": metrics,
        "cycles": upkeep.balance_at(canister, call.now_ns),
        "reserved_cycles": 0,
        "idle_cycles_burned_per_day": prices.idle_cycles_burned_per_day(canister),
        "query_stats": _NO_QUERY_STATS,
    }
    return (status,)


def canister_metrics(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    """What its cycles were burnt for, with what it owes for memory and compute but has not paid yet."""
    canister = access.controlled(host.state, args["canister_id"], call)
    totals = dict(zip(USES, canister.consumed, strict=True))
    for_memory, for_compute = upkeep.owed(canister, call.now_ns)
    totals["memory"] += for_memory
    totals["compute_allocation"] += for_compute
    return ({"cycles_consumed": totals},)


def canister_info(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.existing(host.state, args["canister_id"])
    changes = host.state.changes.newest(canister, args["num_requested_changes"] or 0)
    info = {
        "total_num_changes": canister.changes_total,
        "recent_changes": [show_change(change) for change in changes],
        "module_hash": canister.module_hash,
        "controllers": list(canister.controllers),
    }
    return (info,)


def fetch_canister_logs(host: Host, call: ManagementCall, args: Args) -> tuple[object, ...]:
    canister = access.with_visible_logs(host.state, args["canister_id"], call)
    records = [
        {"idx": record.index, "timestamp_nanos": record.timestamp_ns, "content": record.content}
        for record in host.state.logs.records(canister)
    ]
    return ({"canister_log_records": records},)


def kept_bytes(host: Host, canister: Canister) -> int:
    """What a canister's memory holds beside its stable memory."""
    metrics = memory_metrics(host, canister)
    return sum(metrics.values()) - metrics["stable_memory_size"]


def memory_metrics(host: Host, canister: Canister) -> dict[str, int]:
    module_bytes = None if canister.module_hash is None else host.state.modules.get(canister.module_hash)
    return {
        "wasm_memory_size": 0,
        "stable_memory_size": canister.stable_bytes,
        "global_memory_size": 0,
        "wasm_binary_size": len(module_bytes or b""),
        "custom_sections_size": 0,
        "canister_history_size": 0,
        "wasm_chunk_store_size": len(host.state.chunks.hashes(canister)) * CHUNK_BYTES_MAX,
        "snapshots_size": sum(each.total_bytes for each in host.state.snapshots.all(canister)),
    }
