"""The table of the management canister: each method, who may call it, and how a call becomes an answer.

Interface spec, "The IC management canister". Ingress is checked once when it arrives, so that strangers cannot fill
queues, and again when it runs, because the canister may have changed hands meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from replica.management import (
    access,
    chunks,
    code,
    creation,
    http_request,
    metadata,
    prices,
    randomness,
    refusals,
    running,
    settings,
    snapshot_loading,
    snapshot_transfer,
    snapshots,
    status,
    subnet,
    upkeep,
)
from replica.management.host import Args, Handler, Host, ManagementCall
from replica.management.interface import INTERFACE, decode_args
from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState

Gate = Callable[[ReplicatedState, Principal, ManagementCall], Canister]


@dataclass(frozen=True, slots=True)
class ManagementMethod:
    handler: Handler
    gate: Gate | None = None
    """What ingress must pass on arrival, for the canister named in `target`."""
    target: str | None = "canister_id"
    """The field that names the canister, which the URL of ingress must name too."""
    is_for_users: bool = True
    is_query: bool = False
    is_update: bool = True
    is_for_composite_queries: bool = False
    is_growing: bool = False
    """It is refused when the canister could not pay for the memory that it adds."""
    is_declared: bool = True
    """False for what `management.did` leaves out, because it is always refused."""


def _never(reason: str) -> ManagementMethod:
    return ManagementMethod(subnet.not_here(reason), target=None, is_for_users=False, is_declared=False)


# NOT LIKE THE IC: there are no threshold keys here and no Bitcoin network.
_NO_KEYS: Final = "threshold keys are shared among the nodes of a subnet, and this is one machine without any"
_NO_BITCOIN: Final = "it follows no Bitcoin network; use the Bitcoin canisters of a network that does"


METHODS: Final[dict[str, ManagementMethod]] = {
    "create_canister": ManagementMethod(creation.create_canister, target=None, is_for_users=False),
    "provisional_create_canister_with_cycles": ManagementMethod(
        creation.provisional_create_canister_with_cycles, target=None
    ),
    "provisional_top_up_canister": ManagementMethod(creation.provisional_top_up_canister, access.any_caller),
    "deposit_cycles": ManagementMethod(creation.deposit_cycles, is_for_users=False),
    "update_settings": ManagementMethod(settings.update_settings, access.controlled),
    "upload_chunk": ManagementMethod(chunks.upload_chunk, access.controlled_or_own),
    "stored_chunks": ManagementMethod(chunks.stored_chunks, access.controlled_or_own),
    "clear_chunk_store": ManagementMethod(chunks.clear_chunk_store, access.controlled_or_own),
    "install_code": ManagementMethod(code.install_code, access.controlled),
    "install_chunked_code": ManagementMethod(code.install_chunked_code, access.controlled, target="target_canister"),
    "uninstall_code": ManagementMethod(code.uninstall_code, access.controlled_or_administered),
    "start_canister": ManagementMethod(running.start_canister, access.controlled_or_administered),
    "stop_canister": ManagementMethod(running.stop_canister, access.controlled_or_administered),
    "delete_canister": ManagementMethod(running.delete_canister, access.controlled_or_administered),
    "canister_status": ManagementMethod(status.canister_status, access.with_visible_status, is_query=True),
    "canister_info": ManagementMethod(status.canister_info, is_for_users=False),
    "fetch_canister_logs": ManagementMethod(
        status.fetch_canister_logs,
        access.with_visible_logs,
        is_query=True,
        is_update=False,
        is_for_composite_queries=True,
    ),
    "list_canisters": ManagementMethod(
        subnet.list_canisters, target=None, is_query=True, is_update=False, is_for_composite_queries=True
    ),
    "canister_metadata": ManagementMethod(metadata.canister_metadata, is_for_users=False),
    "subnet_info": ManagementMethod(subnet.subnet_info, target=None, is_for_users=False),
    "node_metrics_history": ManagementMethod(subnet.node_metrics_history, target=None, is_for_users=False),
    "ecdsa_public_key": _never(_NO_KEYS),
    "sign_with_ecdsa": _never(_NO_KEYS),
    "schnorr_public_key": _never(_NO_KEYS),
    "sign_with_schnorr": _never(_NO_KEYS),
    "vetkd_public_key": _never(_NO_KEYS),
    "vetkd_derive_key": _never(_NO_KEYS),
    "bitcoin_get_balance": _never(_NO_BITCOIN),
    "bitcoin_get_utxos": _never(_NO_BITCOIN),
    "bitcoin_get_block_headers": _never(_NO_BITCOIN),
    "bitcoin_get_current_fee_percentiles": _never(_NO_BITCOIN),
    "bitcoin_send_transaction": _never(_NO_BITCOIN),
    "take_canister_snapshot": ManagementMethod(snapshots.take_canister_snapshot, access.controlled, is_growing=True),
    "load_canister_snapshot": ManagementMethod(
        snapshot_loading.load_canister_snapshot, access.controlled, is_growing=True
    ),
    "list_canister_snapshots": ManagementMethod(snapshots.list_canister_snapshots, access.with_visible_snapshots),
    "delete_canister_snapshot": ManagementMethod(snapshots.delete_canister_snapshot, access.controlled),
    "read_canister_snapshot_metadata": ManagementMethod(
        snapshot_transfer.read_canister_snapshot_metadata, access.with_visible_snapshots
    ),
    "read_canister_snapshot_data": ManagementMethod(
        snapshot_transfer.read_canister_snapshot_data, access.with_visible_snapshots
    ),
    "upload_canister_snapshot_metadata": ManagementMethod(
        snapshot_transfer.upload_canister_snapshot_metadata, access.controlled, is_growing=True
    ),
    "upload_canister_snapshot_data": ManagementMethod(
        snapshot_transfer.upload_canister_snapshot_data, access.controlled, is_growing=True
    ),
    "canister_metrics": ManagementMethod(status.canister_metrics, access.controlled_or_administered, is_query=True),
    "raw_rand": ManagementMethod(randomness.raw_rand, target=None, is_for_users=False),
    "http_request": ManagementMethod(http_request.http_request, target=None, is_for_users=False),
}


def check_ingress(host: Host, call: ManagementCall) -> None:
    """Raises `Reject` if a user's call must not be queued."""
    method = _find(call.method)
    if not method.is_for_users:
        raise refusals.not_for_users(call.method)
    if not method.is_update:
        raise refusals.query_only(call.method)
    args = decode_args(call.method, call.arg)
    if method.gate is not None and method.target is not None:
        method.gate(host.state, Principal(args[method.target]), call)


def handle_query(host: Host, call: ManagementCall) -> bytes:
    """Answer a query, which changes nothing. Raises `Reject`."""
    if not _find(call.method).is_query:
        raise refusals.method_not_found(call.method)
    return _handle(host, call, decode_args(call.method, call.arg))


def handle_composite(host: Host, call: ManagementCall) -> bytes:
    """Answer a composite query, which may ask less than a user. Raises `Reject`."""
    if not _find(call.method).is_for_composite_queries:
        raise refusals.method_not_found(call.method)
    return _handle(host, call, decode_args(call.method, call.arg))


def handle_update(host: Host, call: ManagementCall) -> bytes:
    """Do it, inside the caller's transaction. Raises `Reject`, or `Trap` from a hook of the canister."""
    method = _find(call.method)
    if not method.is_update:
        raise refusals.query_only(call.method)
    args = decode_args(call.method, call.arg) if method.is_declared else {}
    canister = None if method.target is None else host.state.canisters.get(Principal(args[method.target]))
    if canister is not None:
        # Before anything changes what it costs.
        host.state.canisters.touch(canister)
        upkeep.settle(host.state, canister, call.now_ns)
    size_bytes = 0 if canister is None else prices.memory_bytes(canister)
    reply = _handle(host, call, args)
    if canister is not None:
        canister.kept_bytes = status.kept_bytes(host, canister)
        if method.is_growing:
            _check_growth(canister, prices.memory_bytes(canister) - size_bytes)
    return reply


def _check_growth(canister: Canister, grown_bytes: int) -> None:
    missing = prices.freezing_limit(canister) - canister.balance
    if grown_bytes > 0 and missing > 0:
        raise refusals.too_poor_to_grow(grown_bytes, missing)


def _handle(host: Host, call: ManagementCall, args: Args) -> bytes:
    method = _find(call.method)
    _check_sender_version(call, args)
    results = method.handler(host, call, args)
    return b"" if call.is_deferred else INTERFACE.encode_results(call.method, *results)


def _find(name: str) -> ManagementMethod:
    method = METHODS.get(name)
    if method is None:
        raise refusals.method_not_found(name)
    return method


def _check_sender_version(call: ManagementCall, args: Args) -> None:
    given = args.get("sender_canister_version")
    if given is not None and call.caller_version is not None and given != call.caller_version:
        raise refusals.wrong_sender_version(given, call.caller_version)
