"""Whether the canister in the URL fits the content: the id by which a boundary node would route the request.

For ordinary canisters both are the same. Calls to the management canister are routed by the canister they are about,
which stands in their argument. Interface spec, "Effective canister id".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from replica.candid.codec import decode
from replica.candid.types import CandidError, Field, Prim, Record, field_id
from replica.ingress.envelope import CallContent
from replica.ingress.errors import IngressError
from replica.principal import MANAGEMENT, Principal
from replica.routing.requests import Path

_ABOUT_NO_CANISTER: Final = frozenset(
    (
        "create_canister",
        "provisional_create_canister_with_cycles",
        "raw_rand",
        "http_request",
        "list_canisters",
        "node_metrics_history",
        "subnet_info",
    )
)
_FIELD_BY_METHOD: Final = {"install_chunked_code": "target_canister"}
_CANISTER_ID_BYTES: Final = 10


def check_effective_canister_id(content: CallContent, effective_canister_id: Principal) -> None:
    """Raises `IngressError` if the request was posted under another canister than the one it is about."""
    if content.canister_id == MANAGEMENT:
        _check_management(content, effective_canister_id)
    elif content.canister_id != effective_canister_id:
        raise IngressError(
            f"Specified CanisterId {content.canister_id} does not match effective canister id in URL "
            f"{effective_canister_id}"
        )
    else:
        check_is_canister_id(effective_canister_id)


def check_readable(paths: Sequence[Path], effective_canister_id: Principal) -> None:
    """Raises `IngressError` if state is read under an id that cannot be a canister's.

    NOT LIKE THE IC: calls that create canisters are posted under the management canister, and agents that poll, or that
    need the time, go on there; so both can be read there, although no subnet hosts it.
    """
    is_about_calls = all(path[:1] in ((b"time",), (b"request_status",)) for path in paths)
    if effective_canister_id != MANAGEMENT or not is_about_calls:
        check_is_canister_id(effective_canister_id)


def check_is_canister_id(effective_canister_id: Principal) -> None:
    """NOT LIKE THE IC: one subnet hosts every canister id, so only what cannot be one is outside its ranges."""
    if len(effective_canister_id) != _CANISTER_ID_BYTES or not effective_canister_id.endswith(b"\x01\x01"):
        raise IngressError(f"canister_not_found: the requested canister {effective_canister_id} does not exist")


def _check_management(content: CallContent, effective_canister_id: Principal) -> None:
    if content.request_type == "query":
        check_is_canister_id(effective_canister_id)
    if content.method_name in _ABOUT_NO_CANISTER:
        return
    about = _canister_in_argument(content)
    if about is not None and about != effective_canister_id:
        raise IngressError(
            f"Management canister call payload is about {about}, which does not match effective canister id in URL "
            f"{effective_canister_id}"
        )


def _canister_in_argument(content: CallContent) -> Principal | None:
    """None when the argument names no canister: routing knows whether the method exists and says so."""
    name = _FIELD_BY_METHOD.get(content.method_name, "canister_id")
    try:
        (record,) = decode([Record((Field(field_id(name), name, Prim("principal")),))], content.arg)
    except CandidError:
        return None
    about: Principal = record[name]
    return about
