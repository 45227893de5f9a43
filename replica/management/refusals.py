"""Refusals of the management canister, with the texts that clients and tests match. Reference: "Error catalogue"."""

from __future__ import annotations

from replica.principal import Principal
from replica.reject import Reject, RejectCode

_SHOWN_BITS_MAX = 256
_SHOWN_CHARACTERS_MAX = 200
_SHOWN_ID_BYTES_MAX = 40
_SHOWN_NAME_CHARACTERS_MAX = 100


def shown(number: int) -> str:
    """A natural number as text. Candid sends them with a million digits, which take long to compute and help nobody."""
    bits = number.bit_length()
    return str(number) if bits <= _SHOWN_BITS_MAX else f"a number with {bits} bits"


def method_not_found(method: str) -> Reject:
    return Reject(
        RejectCode.CANISTER_REJECT, f"Management canister has no method '{method[:_SHOWN_CHARACTERS_MAX]}'", "IC0407"
    )


def canister_not_found(canister_id: Principal) -> Reject:
    return Reject(RejectCode.DESTINATION_INVALID, f"Canister {canister_id} not found", "IC0301")


def not_for_users(method: str) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, f"ic00 method {method} can not be called via ingress messages", "IC0406")


def too_many_canisters(count_max: int) -> Reject:
    text = f"This replica creates no more than {count_max} canisters with cycles out of nothing"
    return Reject(RejectCode.SYS_FATAL, text, "IC0102")


def query_only(method: str) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, f"ic00 method {method} can only be called as a query", "IC0406")


def controllers_only(canister_id: Principal, method: str) -> Reject:
    text = f"Only controllers of canister {canister_id} can call ic00 method {method}"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0512")


def logs_not_visible(caller: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, f"Caller {caller} is not allowed to access canister logs", "IC0406")


def invalid_payload(text: str) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0408")


def id_not_hosted(canister_id: Principal) -> Reject:
    text = f"The specified id {canister_id} is not in the ranges of this subnet"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0405")


def already_installed(canister_id: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_ERROR, f"Canister {canister_id} is already installed", "IC0538")


def not_enough_memory(requested_bytes: int, available_bytes: int) -> Reject:
    text = (
        f"Canister requested {requested_bytes} bytes of memory but only {available_bytes} are available in the subnet."
    )
    return Reject(RejectCode.SYS_FATAL, text, "IC0101")


def too_poor_to_grow(grown_bytes: int, missing: int) -> Reject:
    text = (
        f"Canister cannot grow memory by {grown_bytes} bytes due to insufficient cycles. "
        f"At least {missing} additional cycles are required."
    )
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0532")


def too_poor_for_allocation(what: str, amount: int, missing: int, error_code: str) -> Reject:
    text = (
        f"Cannot increase {what} allocation to {amount} due to insufficient cycles. "
        f"At least {missing} additional cycles are required."
    )
    return Reject(RejectCode.CANISTER_ERROR, text, error_code)


def log_limit_too_low(size_bytes: int, size_bytes_min: int) -> Reject:
    text = f"The canister log memory limit {size_bytes} is too low. It must be at least {size_bytes_min}."
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def creation_fee_missing(needed: int, given: int) -> Reject:
    text = f"Creating a canister requires a fee of {needed} that is deducted from the canister's initial balance but only {given} cycles were received with the create_canister request."  # noqa: E501
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0403")


def not_empty(canister_id: Principal) -> Reject:
    text = f"Canister {canister_id} cannot be installed because the canister is not empty. Try installing with mode='reinstall' instead."  # noqa: E501
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0514")


def no_module(canister_id: Principal) -> Reject:
    text = f"Error from Canister {canister_id}: Canister cannot be upgraded because it contains no Wasm module"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0537")


def module_not_allowed(module_hash: bytes, hint: str) -> Reject:
    text = (
        f"The module {module_hash.hex()} is not on this replica's allow-list. Python modules run with the rights of "
        f"the replica's own process, so only listed ones are installed: {hint}"
    )
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0505")


def not_a_module(canister_id: Principal) -> Reject:
    text = f"Error from Canister {canister_id}: Canister's module is not valid: it starts as neither Wasm nor gzip"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0505")


def chunk_missing(chunk_hash: bytes) -> Reject:
    text = f"Chunk hash {_shown_id(chunk_hash)} was not found in the chunk store"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0514")


def wrong_module_hash(expected: bytes, actual: bytes) -> Reject:
    text = f"Wasm module hash {actual.hex()} does not match given hash {_shown_id(expected)}"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0514")


def chunk_too_large(size_bytes: int, size_bytes_max: int) -> Reject:
    text = f"Wasm chunk size {size_bytes} exceeds the maximum chunk size of {size_bytes_max}"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0514")


def chunk_store_full(count_max: int) -> Reject:
    text = f"Wasm chunk store has already reached maximum capacity of {count_max} chunks"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0514")


def not_stopped(canister_id: Principal) -> Reject:
    text = f"Canister {canister_id} must be stopped before it is deleted."
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0510")


def module_too_large(size_bytes_max: int) -> Reject:
    text = f"The chunks make a module of more than {size_bytes_max} bytes"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0505")


def cannot_delete_itself(canister_id: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_ERROR, f"Canister {canister_id} cannot delete itself.", "IC0512")


def wrong_sender_version(given: int, actual: int | None) -> Reject:
    text = f"sender_canister_version {given} does not match the version {actual} of the calling canister"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0408")


# -- The subnet, metadata, and what is not here ----------------------------------------------------------------------


def subnet_not_found(subnet_id: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, f"Subnet {subnet_id} not found", "IC0404")


def no_admins() -> Reject:
    text = "list_canisters is only available on subnets with subnet admins"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def not_an_admin(caller: Principal, method: str) -> Reject:
    text = f"Only subnet admins can call ic00 method {method}; the caller is {caller}"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0410")


def no_code_no_metadata(canister_id: Principal) -> Reject:
    text = f"The canister {canister_id} has no Wasm module and hence no metadata is available."
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def no_metadata(canister_id: Principal, name: str) -> Reject:
    text = f"The canister {canister_id} has no metadata section with the name {name[:_SHOWN_NAME_CHARACTERS_MAX]}."
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def not_here(method: str, reason: str) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, f"{method} does not exist on this replica: {reason}", "IC0408")


# -- Snapshots -------------------------------------------------------------------------------------------------------


def snapshot_not_found(canister_id: Principal, snapshot_id: bytes) -> Reject:
    text = f"Could not find the snapshot ID {_shown_id(snapshot_id)} for canister {canister_id}."
    return Reject(RejectCode.DESTINATION_INVALID, text, "IC0305")


def snapshot_of_another(canister_id: Principal, snapshot_id: bytes) -> Reject:
    text = f"The snapshot {_shown_id(snapshot_id)} does not belong to canister {canister_id}."
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def snapshot_not_controlled(canister_id: Principal, snapshot_id: bytes, sender: Principal) -> Reject:
    text = (
        f"Only a controller of the canister that snapshot {_shown_id(snapshot_id)} belongs to can load it on canister "
        f"{canister_id}. Sender: {sender}."
    )
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def nothing_to_snapshot(canister_id: Principal) -> Reject:
    text = f"Failed to create snapshot for empty canister {canister_id}"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def too_many_snapshots(canister_id: Principal, count_max: int) -> Reject:
    text = f"Canister {canister_id} has reached the maximum number of snapshots allowed: {count_max}."
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")


def snapshot_immutable() -> Reject:
    text = "Only canister snapshots created by metadata upload can be mutated."
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0409")


def invalid_slice(offset: int, size: int) -> Reject:
    text = f"Invalid subslice into wasm module / main memory / stable memory: offset: {offset}, size: {size}"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0408")


def slice_too_large(size: int, size_max: int) -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, f"Requested slice too large: {size} > {size_max}", "IC0408")


def snapshot_unloadable(snapshot_id: bytes, reason: str) -> Reject:
    text = f"Snapshot {_shown_id(snapshot_id)} cannot be loaded: {reason}"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0408")


def _shown_id(snapshot_id: bytes) -> str:
    return snapshot_id[:_SHOWN_ID_BYTES_MAX].hex()
