"""Which paths of the state tree a reader may see. Interface spec, "Request: Read state".

A path is refused as soon as its form is wrong for this endpoint, whether or not there is anything at it. The texts are
those of the reference replica: ic-py looks for the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from replica.principal import Principal
from replica.routing.ingress_history import IngressHistory
from replica.routing.requests import Path, ReadStateError, ReadStateRequest

_REQUEST_ID_BYTES: Final = 32
_CANISTER_LABELS: Final = (b"module_hash", b"controllers", b"canister_creation_timestamp", b"last_install_timestamp")
_REQUEST_LABELS: Final = (b"status", b"reply", b"reject_code", b"reject_message", b"error_code")
_BOUNDARY_NODE_LABELS: Final = (b"domain", b"ipv4_address", b"ipv6_address")


def check_paths(request: ReadStateRequest, history: IngressHistory, subnet_id: Principal) -> None:
    """Raises `ReadStateError`."""
    _check_one_request(request.paths)
    for path in request.paths:
        match path:
            case (b"time",) | (b"subnet",) | (b"api_boundary_nodes",) | (b"api_boundary_nodes", _):
                continue
            case (b"api_boundary_nodes", _, label) if label in _BOUNDARY_NODE_LABELS:
                continue
            case (b"subnet", subnet, *rest):
                _check_subnet(request, subnet == subnet_id, tuple(rest))
            case (b"canister_ranges", _):
                _check(request.effective_canister_id is None)
            case (b"canister", canister_id, *rest):
                _check_canister(request, canister_id, tuple(rest))
            case (b"request_status", request_id, *rest):
                _check(not rest or (len(rest) == 1 and rest[0] in _REQUEST_LABELS))
                _check_request(request, request_id, history)
            case _:
                _check(False)


def shows_metrics(paths: Sequence[Path]) -> bool:
    return any(path[:1] == (b"subnet",) and (len(path) < 3 or path[2] == b"metrics") for path in paths)


def _check(is_allowed: bool) -> None:
    if not is_allowed:
        raise ReadStateError("Invalid path requested.")


def _check_one_request(paths: Sequence[Path]) -> None:
    asked_for = sorted({path[1] for path in paths if path[:1] == (b"request_status",) and len(path) > 1})
    if len(asked_for) > 1:
        raise ReadStateError(
            "More than one non-unique request ID exists in request_status paths: "
            f"{asked_for[0].hex()} and {asked_for[1].hex()}."
        )


def _check_subnet(request: ReadStateRequest, is_own: bool, rest: Path) -> None:
    """The only subnet there is, is the root subnet: its ranges may be read in the older layout on every endpoint."""
    match rest:
        case () | (b"public_key",) | (b"type",) | (b"node",) | (b"node", _) | (b"node", _, b"public_key"):
            return
        case (b"canister_ranges",):
            _check(is_own or request.version == 2)
        case (b"metrics",):
            _check(is_own and request.effective_canister_id is None)
        case _:
            _check(False)


def _check_canister(request: ReadStateRequest, canister_id: bytes, rest: Path) -> None:
    """Public metadata is all the metadata there is, so its readers need not be controllers.

    NOT LIKE THE IC: the source of a canister has no sections of its own, so there is no private metadata to refuse.
    """
    match rest:
        case (label,) if label in _CANISTER_LABELS:
            pass
        case (b"metadata", name):
            _check_is_text(name)
        case _:
            _check(False)
    effective = request.effective_canister_id
    _check(effective is not None)
    if canister_id != effective:
        raise ReadStateError(
            f"Effective principal id in URL {effective} does not match requested principal id: "
            f"{Principal(canister_id[:29])}."
        )


def _check_is_text(name: bytes) -> None:
    try:
        name.decode()
    except UnicodeDecodeError as error:
        raise ReadStateError(f"Could not parse the custom section name: {error}.") from error


def _check_request(request: ReadStateRequest, request_id: bytes, history: IngressHistory) -> None:
    """An unknown request may be asked for by anybody: its sender does not know yet whether it has arrived."""
    if len(request_id) != _REQUEST_ID_BYTES:
        raise ReadStateError("Invalid request id in paths. Maybe the request ID is not of 32 bytes in length?!")
    _check(request.effective_canister_id is not None)
    known = history.find(request_id)
    if known is None:
        return
    if known.sender != request.sender:
        raise ReadStateError("The user tries to access Request ID not signed by the caller.", 403)
    if request.targets is not None and known.receiver not in request.targets:
        raise ReadStateError(
            "The user tries to access request IDs for canisters not belonging to sender delegation targets.", 403
        )
    _check(known.effective_canister_id == request.effective_canister_id)
