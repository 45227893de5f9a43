"""Which paths of the state tree a reader may see. Interface spec, "Request: Read state"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from replica.principal import Principal
from replica.routing.ingress_history import IngressHistory
from replica.routing.requests import Path, ReadStateError, ReadStateRequest

_OPEN_TO_ALL: Final = (b"time", b"subnet", b"api_boundary_nodes")
_CANISTER_LABELS: Final = (b"module_hash", b"controllers", b"canister_creation_timestamp", b"last_install_timestamp")


def check_paths(request: ReadStateRequest, history: IngressHistory) -> None:
    """Raises `ReadStateError`. Public metadata is all the metadata there is, so its readers need not be controllers."""
    _check_one_request(request.paths)
    for path in request.paths:
        if not _may_read(path, request, history):
            raise ReadStateError("Invalid path requested.")


def _check_one_request(paths: Sequence[Path]) -> None:
    asked_for = {path[1] for path in paths if path[:1] == (b"request_status",) and len(path) > 1}
    if len(asked_for) > 1:
        raise ReadStateError("Can only request a single request ID in request_status paths.")


def _may_read(path: Path, request: ReadStateRequest, history: IngressHistory) -> bool:
    match path:
        case (first, *_) if first in _OPEN_TO_ALL:
            return True
        case (b"canister_ranges", *_):
            return request.effective_canister_id is None
        case (b"canister", canister_id, label) if label in _CANISTER_LABELS:
            return canister_id == request.effective_canister_id
        case (b"canister", canister_id, b"metadata", name):
            return canister_id == request.effective_canister_id and _is_text(name)
        case (b"request_status", request_id, *_):
            return _may_read_status(request_id, request.sender, request.effective_canister_id, history)
        case _:
            return False


def _may_read_status(
    request_id: bytes, sender: Principal, effective_canister_id: Principal | None, history: IngressHistory
) -> bool:
    known = history.sender_and_target(request_id)
    return known is None or known == (sender, effective_canister_id)


def _is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
