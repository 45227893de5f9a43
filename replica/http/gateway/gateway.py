"""Serving a canister's pages: ask, follow, verify, answer.

Pages are queries, which one dishonest node could forge, so their certificates are checked here as a gateway in front of
the real network would; browsers see the same failures on a laptop as on mainnet. Only `raw` hosts go unchecked.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from replica.candid.types import CandidError
from replica.certification.certificate import verify_certificate
from replica.certification.hash_tree import lookup_value
from replica.certification.representation import hash_map, read_leb128
from replica.clock import Clock
from replica.http.core import Core
from replica.http.gateway.host import Target
from replica.http.gateway.interface import (
    CanisterResponse,
    Stream,
    decode_chunk,
    decode_response,
    encode_request,
    encode_update_request,
)
from replica.http.gateway.verification import VerificationError, path_segments, verify_response
from replica.http.messages import Headers, HttpError, Request, Response, busy
from replica.principal import ANONYMOUS
from replica.reject import Reject, RejectCode
from replica.rng import Rng
from replica.routing.requests import CallRequest, QueryRejected, QueryReplied, QueryRequest

UPDATE_TIMEOUT_SECONDS: Final = 30.0
STREAM_CALLBACKS_MAX: Final = 1000
BODY_BYTES_MAX: Final = 512 * 2**20
SEGMENTS_MAX: Final = 500
"""Of a path. A proof is looked for at each, so a path of nothing but slashes would keep everybody waiting."""

_EXPIRY_NS: Final = 4 * 60 * 1_000_000_000
_STATUSES: Final = range(200, 600)
# RFC 9110, "Field names" and "Field values": a line break would let a canister write the rest of the response itself.
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_SET_BY_THE_SERVER: Final = frozenset(("connection", "content-length", "date", "keep-alive", "transfer-encoding"))


class Gateway:
    def __init__(self, core: Core, clock: Clock, rng: Rng) -> None:
        self._core = core
        self._clock = clock
        self._rng = rng

    async def answer(self, request: Request, target: Target) -> Response:
        """Raises `HttpError` with the reason when there is nothing that may be shown."""
        if len(path_segments(request.path)) > SEGMENTS_MAX:
            raise HttpError(414, f"The path has more than {SEGMENTS_MAX} segments.")
        request = replace(request, headers=_headers_for_canister(request.headers))
        try:
            response = decode_response(await self._query(target, "http_request", encode_request(request)))
            if response.wants_upgrade:
                reply = await self._update(target, "http_request_update", encode_update_request(request))
                # An update is certified by consensus; that its answer asks for another upgrade means nothing.
                return _to_browser(target, decode_response(reply))
            response = await self._with_whole_body(target, response)
        except CandidError as error:
            raise HttpError(
                503, f"Canister {target.canister_id} gave an answer that is no web page: {error}"
            ) from error
        except Reject as error:
            raise _unavailable(target, error) from error
        return _to_browser(target, self._verified(request, target, response))

    async def _query(self, target: Target, method_name: str, arg: bytes) -> bytes:
        reply = await self._core.query(
            QueryRequest(
                request_id=self._rng.bytes(32),
                sender=ANONYMOUS,
                canister_id=target.canister_id,
                method_name=method_name,
                arg=arg,
                effective_canister_id=target.canister_id,
            )
        )
        match reply:
            case QueryReplied(arg=answer):
                return answer
            case QueryRejected(code=code, message=message, error_code=error_code):
                raise Reject(code, message, error_code)

    async def _update(self, target: Target, method_name: str, arg: bytes) -> bytes:
        call = CallRequest(
            request_id=hash_map({"canister_id": target.canister_id, "arg": arg, "nonce": self._rng.bytes(16)}),
            sender=ANONYMOUS,
            canister_id=target.canister_id,
            method_name=method_name,
            arg=arg,
            ingress_expiry_ns=self._clock.now_ns() + _EXPIRY_NS,
            effective_canister_id=target.canister_id,
        )
        certificate = await self._core.call(call, timeout_seconds=UPDATE_TIMEOUT_SECONDS)
        if certificate is None:
            raise HttpError(504, f"Canister {target.canister_id} has not answered in time.")
        return self._reply_of(call.request_id, certificate)

    def _reply_of(self, request_id: bytes, certificate: bytes) -> bytes:
        tree = verify_certificate(certificate, self._core.root_key_der)
        path = (b"request_status", request_id)
        reply = lookup_value(tree, (*path, b"reply"))
        if reply is not None:
            return reply
        message = lookup_value(tree, (*path, b"reject_message")) or b"no answer"
        code = lookup_value(tree, (*path, b"reject_code")) or b"\x05"
        raise Reject(RejectCode(read_leb128(code)), message.decode())

    async def _with_whole_body(self, target: Target, response: CanisterResponse) -> CanisterResponse:
        """Follow the canister's stream to its end: the certificate is for the whole body."""
        stream: Stream | None = response.stream
        chunks, size_bytes = [response.body], len(response.body)
        while stream is not None:
            if stream.canister_id != target.canister_id:
                raise HttpError(503, "The stream of this page leads to another canister.")
            if len(chunks) > STREAM_CALLBACKS_MAX or size_bytes > BODY_BYTES_MAX:
                raise HttpError(503, "The stream of this page does not end.")
            chunk, stream = decode_chunk(await self._query(target, stream.method_name, stream.token_arg), stream)
            chunks.append(chunk)
            size_bytes += len(chunk)
        return CanisterResponse(response.status, response.headers, b"".join(chunks), wants_upgrade=False, stream=None)

    def _verified(self, request: Request, target: Target, response: CanisterResponse) -> CanisterResponse:
        if not target.is_verified:
            return response
        try:
            headers = verify_response(
                request,
                response,
                target.canister_id,
                root_key_der=self._core.root_key_der,
                now_ns=self._clock.now_ns(),
            )
        except VerificationError as error:
            text = f"The page of canister {target.canister_id} failed verification: {error}."
            raise HttpError(503, text) from error
        return CanisterResponse(response.status, headers, response.body, wants_upgrade=False, stream=None)


def _headers_for_canister(headers: Headers) -> Headers:
    """As received, but canisters always learn that they may answer uncompressed."""
    kept = tuple((name, value) for name, value in headers if name != b"x-request-id")
    if any(name == b"accept-encoding" and b"identity" in value for name, value in kept):
        return kept
    accepted = next((value for name, value in kept if name == b"accept-encoding"), None)
    identity = b"identity" if accepted is None else accepted + b", identity"
    return (*((name, value) for name, value in kept if name != b"accept-encoding"), (b"accept-encoding", identity))


def _to_browser(target: Target, response: CanisterResponse) -> Response:
    if response.status not in _STATUSES:
        raise HttpError(503, f"Canister {target.canister_id} answered with status {response.status}.")
    headers = [
        (name.lower().encode(), value.encode("latin-1", "replace"))
        for name, value in response.headers
        if _HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value) and name.lower() not in _SET_BY_THE_SERVER
    ]
    headers.append((b"x-ic-canister-id", target.canister_id.text.encode()))
    return Response(response.status, tuple(headers), response.body)


def _unavailable(target: Target, reject: Reject) -> HttpError:
    if reject.code == RejectCode.DESTINATION_INVALID:
        return HttpError(400, f"canister_not_found: {reject.message}")
    if (overload := busy(reject)) is not None:
        return overload
    return HttpError(503, f"Canister {target.canister_id} refused the request: {reject.message}")
