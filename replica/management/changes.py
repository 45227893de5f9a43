"""The history of a canister: what each change of code and controllers was, and who asked for it."""

from __future__ import annotations

from replica.management.host import Host, ManagementCall
from replica.principal import MANAGEMENT, Principal
from replica.state.canister import Canister
from replica.state.changes import Change


def note_change(host: Host, call: ManagementCall, canister: Canister, tag: str, fields: dict[str, object]) -> None:
    """Add to the history. The caller has touched the canister."""
    change = Change(call.now_ns, canister.version, call.caller, call.caller_version, tag, fields)
    host.state.changes.append(canister, change)


def show_change(change: Change) -> dict[str, object]:
    return {
        "timestamp_nanos": change.timestamp_ns,
        "canister_version": change.canister_version,
        "origin": _origin(change),
        "details": {change.tag: _details(change)},
    }


def _origin(change: Change) -> dict[str, object]:
    if change.origin_version is None and change.origin != MANAGEMENT:
        return {"from_user": {"user_id": change.origin}}
    return {"from_canister": {"canister_id": change.origin, "canister_version": change.origin_version}}


def _details(change: Change) -> dict[str, object] | None:
    fields = change.fields
    match change.tag:
        case "code_uninstall":
            return None
        case "code_deployment":
            return {"mode": {fields["mode"]: None}, "module_hash": fields["module_hash"]}
        case "creation":
            return {
                "controllers": _controllers(fields["controllers"]),
                "environment_variables_hash": fields.get("environment_variables_hash"),
            }
        case "load_snapshot":
            return _load_details(fields)
        case _:
            return {"controllers": _controllers(fields["controllers"])}


def _load_details(fields: dict[str, object]) -> dict[str, object]:
    owner = fields["from_canister_id"]
    return {
        "from_canister_id": Principal(owner) if isinstance(owner, bytes) else None,
        "snapshot_id": fields["snapshot_id"],
        "canister_version": fields["canister_version"],
        "taken_at_timestamp": fields["taken_at_timestamp"],
        "source": {"metadata_upload" if fields["is_uploaded"] else "taken_from_canister": None},
    }


def _controllers(stored: object) -> list[Principal]:
    return [Principal(each) for each in stored] if isinstance(stored, list) else []
