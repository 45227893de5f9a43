"""What a canister is and has: for its controllers, for other canisters, and its logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from replica.management import access, prices, upkeep
from replica.management.changes import show_change
from replica.management.host import Args, Host, ManagementCall
from replica.management.settings import definite_settings
from replica.state.canister import Canister
from replica.state.chunks import CHUNK_BYTES_MAX
from replica.state.consumption import USES
from replica.state.logs import RECORD_BYTES, LogRecord

FETCHED_LOG_BYTES_MAX: Final = 2_000_000
# NOT LIKE THE IC: nobody counts queries. They run in a process of their own, which writes nothing.
_NO_QUERY_STATS: Final = {
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
    canister = access.controlled_or_administered(host.state, args["canister_id"], call)
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
    records = [record for record in host.state.logs.records(canister) if _is_wanted(record, args["filter"])]
    shown = [
        {"idx": record.index, "timestamp_nanos": record.timestamp_ns, "content": record.content}
        for record in _that_fit(records, are_oldest_first=args["filter"] is not None)
    ]
    return ({"canister_log_records": shown},)


def _is_wanted(record: LogRecord, wanted: Mapping[str, Any] | None) -> bool:
    if wanted is None:
        return True
    ((kind, limits),) = wanted.items()
    position = record.index if kind == "by_idx" else record.timestamp_ns
    return bool(limits["start"] <= position < limits["end"])


def _that_fit(records: list[LogRecord], *, are_oldest_first: bool) -> list[LogRecord]:
    """What one answer may hold: who asks for a range goes on from its end, who does not wants the newest."""
    left = FETCHED_LOG_BYTES_MAX
    kept = []
    for record in records if are_oldest_first else reversed(records):
        left -= len(record.content) + RECORD_BYTES
        if left < 0:
            break
        kept.append(record)
    return kept if are_oldest_first else kept[::-1]


def kept_bytes(host: Host, canister: Canister) -> int:
    """What a canister's memory holds beside its stable memory."""
    metrics = memory_metrics(host, canister)
    return sum(metrics.values()) - metrics["stable_memory_size"]


def memory_metrics(host: Host, canister: Canister) -> dict[str, int]:
    """NOT LIKE THE IC: there is no heap to measure, and of custom sections only the Candid interface."""
    modules, module_hash = host.state.modules, canister.module_hash
    module_bytes = None if module_hash is None else modules.get(module_hash)
    info = None if module_hash is None else modules.info(module_hash)
    return {
        "wasm_memory_size": 0,
        "stable_memory_size": canister.stable_bytes,
        "global_memory_size": 0,
        "wasm_binary_size": len(module_bytes or b""),
        "custom_sections_size": 0 if info is None else len(info.candid.encode()),
        "canister_history_size": host.state.changes.size_bytes(canister),
        # As on the Internet Computer, a chunk costs a mebibyte whatever its size.
        "wasm_chunk_store_size": len(host.state.chunks.hashes(canister)) * CHUNK_BYTES_MAX,
        "snapshots_size": sum(each.total_bytes for each in host.state.snapshots.all(canister)),
        "log_memory_store_size": canister.log_bytes,
    }
