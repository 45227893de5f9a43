"""The interface for agents: status, call, query and read_state, in all versions that clients use.

The versions differ only in how a call is answered: version 2 says "accepted" and lets the agent poll, versions 3 and 4
answer with the certificate once the call is finished. Replies mirror the self-describing tag of the request, because
some clients choke on a tag they did not send. Interface spec, "HTTPS interface".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cbor2

from replica.certification.plain_cbor import SELF_DESCRIBE_TAG
from replica.clock import Clock
from replica.http.access import AccessRules
from replica.http.core import Core
from replica.http.messages import HttpError, Request, Response, busy, cbor_response
from replica.ingress.errors import IngressError
from replica.ingress.gate import admit_call, admit_query, admit_read_state, admit_subnet_query
from replica.principal import Principal, PrincipalError
from replica.reject import Reject
from replica.routing.config import VERSION
from replica.routing.requests import QueryRejected, QueryReplied, QueryReply, QueryRequest, ReadStateError

_CALL_VERSIONS: Final = ("v2", "v3", "v4")
_READ_VERSIONS: Final = ("v2", "v3")
_ACCEPTED: Final = Response(202)


class Api:
    def __init__(self, core: Core, access: AccessRules, clock: Clock, *, call_timeout_seconds: float) -> None:
        self._core = core
        self._access = access
        self._clock = clock
        self._call_timeout_seconds = call_timeout_seconds

    async def answer(self, request: Request) -> Response:
        """Answer a request whose path starts with `/api/`. Raises `HttpError`."""
        try:
            return await self._route(request)
        except IngressError as error:
            raise HttpError(error.status, error.text) from error
        except ReadStateError as error:
            raise HttpError(error.status, error.text) from error

    async def _route(self, request: Request) -> Response:
        match request.path.split("/")[2:]:
            case ["v2", "status"]:
                _check_form(request, "GET")
                return self._status()
            case [version, "canister", canister, "call"] if version in _CALL_VERSIONS:
                _check_form(request, "POST")
                return await self._call(request, _principal(canister), is_synchronous=version != "v2")
            case [version, "canister", canister, "query"] if version in _READ_VERSIONS:
                _check_form(request, "POST")
                return await self._query(request, _principal(canister))
            case [version, "canister", canister, "read_state"] if version in _READ_VERSIONS:
                _check_form(request, "POST")
                return await self._read_state(request, _principal(canister), version)
            case [version, "subnet", subnet, "read_state"] if version in _READ_VERSIONS:
                _check_form(request, "POST")
                self._check_subnet(_principal(subnet))
                return await self._read_state(request, None, version)
            case ["v3", "subnet", subnet, "query"]:
                _check_form(request, "POST")
                self._check_subnet(_principal(subnet))
                return await self._subnet_query(request)
            case ["v4", "subnet", _, "call"]:
                # NOT LIKE THE IC: subnet admins do not create canisters this way.
                raise HttpError(400, "Calls to a subnet are not supported; create canisters through aaaaa-aa.")
        # Agents take this as "not supported here" and try an older version.
        raise HttpError(404, "There is no such endpoint.")

    def _status(self) -> Response:
        status = {
            "ic_api_version": "0.18.0",
            "root_key": self._core.root_key_der,
            "impl_version": VERSION,
            "impl_source": "parley",
            "replica_health_status": "healthy",
        }
        return cbor_response(200, SELF_DESCRIBE_TAG + cbor2.dumps(status))

    async def _call(self, request: Request, canister_id: Principal, *, is_synchronous: bool) -> Response:
        call = admit_call(request.body, canister_id, now_ns=self._clock.now_ns(), root_key_der=self._core.root_key_der)
        self._access.check_call(request, call.canister_id, call.method_name)
        try:
            if not is_synchronous:
                await self._core.submit(call)
                return _ACCEPTED
            certificate = await self._core.call(call, timeout_seconds=self._call_timeout_seconds)
        except Reject as reject:
            if (overload := busy(reject)) is not None:
                raise overload from reject
            return _reply(request, {"status": "non_replicated_rejection"} | _rejection(reject))
        if certificate is None:
            return _ACCEPTED  # as in version 2, after a while
        # "replied" means that a certificate is attached, also when the certified status is `rejected`.
        return _reply(request, {"status": "replied", "certificate": certificate})

    async def _query(self, request: Request, canister_id: Principal) -> Response:
        query = admit_query(
            request.body, canister_id, now_ns=self._clock.now_ns(), root_key_der=self._core.root_key_der
        )
        return await self._answer_query(request, query)

    async def _subnet_query(self, request: Request) -> Response:
        query = admit_subnet_query(request.body, now_ns=self._clock.now_ns(), root_key_der=self._core.root_key_der)
        return await self._answer_query(request, query)

    async def _answer_query(self, request: Request, query: QueryRequest) -> Response:
        reply = await self._core.query(query)
        signature = {
            "timestamp": reply.timestamp_ns,
            "signature": reply.signature,
            "identity": bytes(self._core.node_id),
        }
        return _reply(request, _query_body(reply) | {"signatures": [signature]})

    async def _read_state(self, request: Request, canister_id: Principal | None, version: str) -> Response:
        read = admit_read_state(
            request.body,
            canister_id,
            version=int(version[1:]),
            now_ns=self._clock.now_ns(),
            root_key_der=self._core.root_key_der,
        )
        return _reply(request, {"certificate": await self._core.read_state(read)})

    def _check_subnet(self, subnet_id: Principal) -> None:
        if subnet_id != self._core.subnet_id:
            raise HttpError(400, f"This replica belongs to subnet {self._core.subnet_id}, not to {subnet_id}.")


def _query_body(reply: QueryReply) -> dict[str, object]:
    match reply:
        case QueryReplied(arg=arg):
            return {"status": "replied", "reply": {"arg": arg}}
        case QueryRejected(code=code, message=message, error_code=error_code):
            return {"status": "rejected"} | _rejection(Reject(code, message, error_code))


def _rejection(reject: Reject) -> dict[str, object]:
    rejection: dict[str, object] = {"reject_code": int(reject.code), "reject_message": reject.message}
    if reject.error_code is not None:
        rejection["error_code"] = reject.error_code
    return rejection


def _reply(request: Request, body: dict[str, object]) -> Response:
    tag = SELF_DESCRIBE_TAG if request.body.startswith(SELF_DESCRIBE_TAG) else b""
    return cbor_response(200, tag + cbor2.dumps(body))


def _check_form(request: Request, method: str) -> None:
    if request.method != method:
        raise HttpError(405, f"This endpoint takes {method} requests.", ((b"allow", f"{method}, OPTIONS".encode()),))
    content_type = request.header(b"content-type")
    if method == "POST" and content_type and content_type.partition(";")[0].strip().lower() != "application/cbor":
        raise HttpError(415, "This endpoint takes application/cbor.", ((b"accept", b"application/cbor"),))


@lru_cache(maxsize=4096)
def _principal(text: str) -> Principal:
    try:
        return Principal.from_text(text)
    except PrincipalError as error:
        raise HttpError(400, f"Invalid principal in the URL: {error}") from error
