"""The way into the replica: one function per kind of request, from a body and a URL to what routing takes.

Each runs the checks in the order of the reference replica and raises `IngressError` at the first that fails. What only
the state can answer (does the canister exist, may this path be read) is left to routing.
"""

from __future__ import annotations

from typing import Final

from replica.ingress.authentication import authenticate
from replica.ingress.delegations import Scope
from replica.ingress.effective_canister import check_effective_canister_id, check_readable
from replica.ingress.envelope import CallContent, Envelope, ReadStateContent, parse_envelope
from replica.ingress.errors import IngressError
from replica.principal import MANAGEMENT, Principal
from replica.routing.requests import METHOD_NAME_CHARACTERS_MAX, CallRequest, Path, QueryRequest, ReadStateRequest

ARG_BYTES_MAX: Final = 2 * 1024 * 1024
METHOD_NAME_BYTES_MAX: Final = METHOD_NAME_CHARACTERS_MAX
"""Bytes here, so that names of any characters are as small on the wire."""
SUBNET_QUERIES: Final = ("list_canisters",)


def admit_call(body: bytes, effective_canister_id: Principal, *, now_ns: int, root_key_der: bytes) -> CallRequest:
    envelope = parse_envelope(body)
    content = _call_content(envelope, "call")
    scope = authenticate(envelope, now_ns=now_ns, root_key_der=root_key_der)
    if not scope.may_call:
        raise IngressError("Invalid delegation: its permissions allow queries only.")
    _check_target(scope, content.canister_id)
    check_effective_canister_id(content, effective_canister_id)
    return CallRequest(
        request_id=envelope.request_id,
        sender=content.sender,
        canister_id=content.canister_id,
        method_name=content.method_name,
        arg=content.arg,
        ingress_expiry_ns=content.ingress_expiry_ns,
        effective_canister_id=effective_canister_id,
    )


def admit_query(body: bytes, effective_canister_id: Principal, *, now_ns: int, root_key_der: bytes) -> QueryRequest:
    envelope = parse_envelope(body)
    content = _call_content(envelope, "query")
    scope = authenticate(envelope, now_ns=now_ns, root_key_der=root_key_der)
    _check_target(scope, content.canister_id)
    check_effective_canister_id(content, effective_canister_id)
    return _query_request(envelope.request_id, content, effective_canister_id)


def admit_subnet_query(body: bytes, *, now_ns: int, root_key_der: bytes) -> QueryRequest:
    """A question to the subnet as a whole, of which there is one: which canisters it has."""
    envelope = parse_envelope(body)
    content = _call_content(envelope, "query")
    scope = authenticate(envelope, now_ns=now_ns, root_key_der=root_key_der)
    _check_target(scope, content.canister_id)
    if content.canister_id != MANAGEMENT or content.method_name not in SUBNET_QUERIES:
        raise IngressError(f"This URL takes queries of {MANAGEMENT} only, and only of {', '.join(SUBNET_QUERIES)}.")
    return _query_request(envelope.request_id, content, MANAGEMENT)


def admit_read_state(
    body: bytes, effective_canister_id: Principal | None, *, version: int = 2, now_ns: int, root_key_der: bytes
) -> ReadStateRequest:
    """`effective_canister_id` is None on the subnet endpoints."""
    envelope = parse_envelope(body)
    content = envelope.content
    if not isinstance(content, ReadStateContent):
        raise _wrong_type(envelope, "read_state")
    scope = authenticate(envelope, now_ns=now_ns, root_key_der=root_key_der)
    if effective_canister_id is not None:
        check_readable(content.paths, effective_canister_id)
    for path in content.paths:
        _check_path_target(scope, path)
    return ReadStateRequest(content.sender, content.paths, effective_canister_id, version, scope.targets)


def _query_request(request_id: bytes, content: CallContent, effective_canister_id: Principal) -> QueryRequest:
    return QueryRequest(
        request_id=request_id,
        sender=content.sender,
        canister_id=content.canister_id,
        method_name=content.method_name,
        arg=content.arg,
        effective_canister_id=effective_canister_id,
    )


def _call_content(envelope: Envelope, request_type: str) -> CallContent:
    content = envelope.content
    if not isinstance(content, CallContent) or content.request_type != request_type:
        raise _wrong_type(envelope, request_type)
    if len(content.arg) > ARG_BYTES_MAX:
        raise IngressError(f"The argument has {len(content.arg)} bytes, but at most {ARG_BYTES_MAX} are allowed.", 413)
    name_bytes = len(content.method_name.encode())
    if name_bytes > METHOD_NAME_BYTES_MAX:
        text = f"The method name has {name_bytes} bytes, but at most {METHOD_NAME_BYTES_MAX} are allowed."
        raise IngressError(text, 413)
    return content


def _wrong_type(envelope: Envelope, request_type: str) -> IngressError:
    return IngressError(
        f"Unexpected request type: this URL takes {request_type} requests, not {envelope.content.request_type}"
    )


def _check_target(scope: Scope, canister_id: Principal) -> None:
    if not scope.allows(canister_id):
        raise IngressError(f"Canister '{canister_id}' is not one of the delegation targets.")


def _check_path_target(scope: Scope, path: Path) -> None:
    """The canister a path speaks about must be a target. Which one a request speaks about, only routing knows."""
    if scope.targets is not None and len(path) > 1 and path[0] == b"canister":
        _check_target(scope, Principal(path[1][:29]))
