"""Every refusal routing gives, with the texts that clients and tests match. Reference: "Error catalogue"."""

from __future__ import annotations

from typing import Final

from replica.principal import Principal
from replica.reject import Reject, RejectCode, Trap

OVERLOADED: Final = "IC0201"
DISK_NEARLY_FULL: Final = "IC0210"
_TRAP_TEXT_MAX: Final = 8_000
_SHOWN_CHARACTERS_MAX: Final = 200


def canister_not_found(canister_id: bytes) -> Reject:
    return Reject(RejectCode.DESTINATION_INVALID, f"Canister {Principal(canister_id)} not found", "IC0301")


def stopped(canister_id: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_ERROR, f"Canister {canister_id} is stopped", "IC0508")


def stopped_for_queries(canister_id: Principal) -> Reject:
    text = f"Canister {canister_id} is stopped and therefore does not have a CallContextManager"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0508")


def stopping(canister_id: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_ERROR, f"Canister {canister_id} is stopping", "IC0509")


def no_module(canister_id: Principal) -> Reject:
    text = "Attempted to execute a message, but the canister contains no Wasm module."
    return Reject(RejectCode.CANISTER_ERROR, _from(canister_id, text), "IC0537")


def shown(name: str) -> str:
    """A name as a refusal quotes it: refusals are stored and certified, and whoever is refused pays nothing."""
    return name if len(name) <= _SHOWN_CHARACTERS_MAX else f"{name[:_SHOWN_CHARACTERS_MAX]}..."


def method_not_found(canister_id: Principal, kind: str, method: str) -> Reject:
    text = f"Canister has no {kind} method '{shown(method)}'."
    return Reject(RejectCode.CANISTER_ERROR, _from(canister_id, text), "IC0536")


def composite_query_not_callable(canister_id: Principal, method: str) -> Reject:
    text = f"Composite query '{shown(method)}' cannot be called in replicated mode."
    return Reject(RejectCode.CANISTER_ERROR, _from(canister_id, text), "IC0527")


def out_of_cycles(canister_id: Principal, missing: int) -> Reject:
    text = (
        f"Canister {canister_id} is out of cycles: please top up the canister with at least {missing} additional cycles"
    )
    return Reject(RejectCode.SYS_TRANSIENT, text, "IC0207")


def did_not_reply(canister_id: Principal) -> Reject:
    return Reject(RejectCode.CANISTER_ERROR, _from(canister_id, "Canister did not produce a response"), "IC0506")


def message_refused() -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, "Canister rejected the message", "IC0406")


def explicit(message: str) -> Reject:
    """The canister's own words, passed on unchanged."""
    return Reject(RejectCode.CANISTER_REJECT, message, "IC0406")


def argument_too_large(size_bytes: int, size_bytes_max: int) -> Reject:
    text = f"The argument of {size_bytes} bytes exceeds the limit of {size_bytes_max}"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0504")


def too_many_arrivals() -> Reject:
    return Reject(RejectCode.SYS_TRANSIENT, "The replica is overloaded, try again later", OVERLOADED)


def disk_nearly_full(free_bytes_min: int) -> Reject:
    text = (
        f"The disk of this replica is nearly full: less than {free_bytes_min // 2**20} MiB are free. "
        "Calls are taken in again when there is room"
    )
    return Reject(RejectCode.SYS_TRANSIENT, text, DISK_NEARLY_FULL)


def expired_while_queued() -> Reject:
    return Reject(RejectCode.SYS_TRANSIENT, "Ingress message timed out waiting to start executing", "IC0202")


def stop_timed_out() -> Reject:
    return Reject(RejectCode.SYS_TRANSIENT, "Stop canister request timed out", "IC0206")


def stop_cancelled(canister_id: Principal) -> Reject:
    text = f"Canister {canister_id} was started again, so the request to stop it is cancelled"
    return Reject(RejectCode.CANISTER_ERROR, text, "IC0511")


def uninstalled() -> Reject:
    return Reject(RejectCode.CANISTER_REJECT, "Canister has been uninstalled", "IC0406")


def code_replaced(canister_id: Principal) -> Reject:
    text = "Canister trapped: its code was replaced while this call awaited an answer"
    return Reject(RejectCode.CANISTER_ERROR, _from(canister_id, text), "IC0502")


def deadline_expired() -> Reject:
    return Reject(RejectCode.SYS_UNKNOWN, "Call deadline has expired.", "IC0601")


def response_dropped() -> Reject:
    return Reject(
        RejectCode.SYS_UNKNOWN, "The response to this call was dropped: too many calls are in flight", "IC0602"
    )


def outcome_unknown() -> Reject:
    text = "The replica stopped while this call was in flight, so its outcome is unknown"
    return Reject(RejectCode.SYS_UNKNOWN, text, "IC0602")


def trapped(canister_id: Principal, trap: Trap) -> Reject:
    """The text may hold whatever an exception in a canister held: it is cut, and made fit for UTF-8."""
    return Reject(_trap_code(trap), _from(canister_id, _printable(_trap_text(trap))), trap.error_code)


def _trap_text(trap: Trap) -> str:
    match trap.error_code:
        case "IC0502":
            return f"Canister trapped: {trap.message}"
        case "IC0503":
            return f"Canister called `ic0.trap` with message: '{trap.message}'"
        case "IC0504":
            return f"Canister violated contract: {trap.message}"
        case _:
            return trap.message


def _printable(text: str) -> str:
    return text[:_TRAP_TEXT_MAX].encode(errors="replace").decode()


def _trap_code(trap: Trap) -> RejectCode:
    """The hundreds digit of an error code is its reject code."""
    return RejectCode(int(trap.error_code[3]))


def _from(canister_id: Principal, text: str) -> str:
    return f"Error from Canister {canister_id}: {text}"


def too_few_cycles_attached(canister_id: Principal, minimum: int, given: int) -> Reject:
    text = f"Canister {canister_id} requires at least {minimum} transferred cycles per call, but {given} were sent"
    return Reject(RejectCode.CANISTER_REJECT, text, "IC0406")
