"""Who may call what. Each gate returns the canister it lets through, or raises `Reject`."""

from __future__ import annotations

from replica.management import refusals
from replica.management.host import ManagementCall
from replica.principal import Principal
from replica.state.canister import Canister, Visibility
from replica.state.replicated_state import ReplicatedState


def existing(state: ReplicatedState, canister_id: Principal) -> Canister:
    canister = state.canisters.get(canister_id)
    if canister is None:
        raise refusals.canister_not_found(canister_id)
    return canister


def controlled(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    canister = existing(state, canister_id)
    if call.caller not in canister.controllers:
        raise refusals.controllers_only(canister_id, call.method)
    return canister


def controlled_or_administered(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    canister = existing(state, canister_id)
    if call.caller not in canister.controllers and not call.is_by_admin:
        raise refusals.controllers_only(canister_id, call.method)
    return canister


def controlled_or_own(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    canister = existing(state, canister_id)
    if call.caller not in canister.controllers and call.caller != canister.id:
        raise refusals.controllers_only(canister_id, call.method)
    return canister


def with_visible_logs(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    canister = existing(state, canister_id)
    if not _sees(call.caller, canister, canister.settings.log_visibility):
        raise refusals.logs_not_visible(call.caller)
    return canister


def with_visible_status(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    canister = existing(state, canister_id)
    if call.caller == canister.id or call.is_by_admin:
        return canister
    if not _sees(call.caller, canister, canister.settings.status_visibility):
        raise refusals.controllers_only(canister_id, call.method)
    return canister


def with_visible_snapshots(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    canister = existing(state, canister_id)
    if not _sees(call.caller, canister, canister.settings.snapshot_visibility):
        raise refusals.controllers_only(canister_id, call.method)
    return canister


def _sees(caller: Principal, canister: Canister, visibility: Visibility) -> bool:
    if visibility == "public" or caller in canister.controllers:
        return True
    return not isinstance(visibility, str) and caller in visibility


def any_caller(state: ReplicatedState, canister_id: Principal, call: ManagementCall) -> Canister:
    return existing(state, canister_id)
