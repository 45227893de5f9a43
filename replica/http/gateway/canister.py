"""Asking one canister for a page: queries, the update that a page may ask for, and pages that come in parts.

All calls are anonymous. Pages come in parts in two ways: by a callback with a token, or as ranges of bytes (status
206) although the whole was asked for. HTTP gateway protocol specification, "Response body streaming".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from replica.certification.certificate import verify_certificate
from replica.certification.hash_tree import lookup_value
from replica.certification.representation import hash_map, read_leb128
from replica.clock import Clock
from replica.http.core import Core
from replica.http.gateway.interface import (
    CanisterResponse,
    decode_chunk,
    decode_response,
    encode_request,
    encode_update_request,
)
from replica.http.limits import Limits
from replica.http.messages import HttpError, Request
from replica.principal import ANONYMOUS, Principal
from replica.reject import Reject, RejectCode
from replica.rng import Rng
from replica.routing.requests import CallRequest, QueryRejected, QueryReplied, QueryRequest, ReadStateRequest

_EXPIRY_NS: Final = 4 * 60 * 1_000_000_000
_SUPPORTED_VERSIONS: Final = b"supported_certificate_versions"
_CONTENT_RANGE: Final = re.compile(r"bytes\s+(\d{1,15})-(\d{1,15})/(\d{1,15})")


class PageError(Exception):
    """What the canister sent is no page that can be passed on; the message completes "The page of canister X"."""


@dataclass(frozen=True, slots=True)
class Range:
    start: int
    end: int
    """The first byte after it."""
    size: int
    """Of the whole."""


class CanisterPages:
    """Speaks to canisters for the gateway. Methods raise `Reject` and `CandidError` besides what they say."""

    def __init__(self, core: Core, clock: Clock, rng: Rng, limits: Limits) -> None:
        self._core = core
        self._clock = clock
        self._rng = rng
        self._limits = limits

    async def ask(self, canister_id: Principal, request: Request) -> CanisterResponse:
        return decode_response(await self._query(canister_id, "http_request", encode_request(request)))

    async def ask_as_update(self, canister_id: Principal, request: Request) -> CanisterResponse:
        """Raises `HttpError` if there is no answer in time."""
        call = self._call(canister_id, "http_request_update", encode_update_request(request))
        certificate = await self._core.call(call, timeout_seconds=self._limits.update_timeout_seconds)
        if certificate is None:
            raise HttpError(504, f"Canister {canister_id} has not answered in time.")
        return decode_response(self._reply_in(certificate, call.request_id))

    async def with_whole_body(self, canister_id: Principal, response: CanisterResponse) -> CanisterResponse:
        """Follow the canister's stream to its end, since a certificate is for the whole body. Raises `PageError`.

        NOT LIKE THE IC: gateways there pass on unverified what follows the first four parts; here such a page is
        verified as a whole or not shown, and it may not be larger than `page_bytes_max`.
        """
        parts, size_bytes, stream = [response.body], len(response.body), response.stream
        while stream is not None:
            if stream.canister_id != canister_id:
                raise PageError("leads to another canister for its rest")
            if len(parts) > self._limits.page_parts_max:
                raise PageError("does not end")
            part, stream = decode_chunk(await self._query(canister_id, stream.method_name, stream.token_arg), stream)
            parts.append(part)
            size_bytes += len(part)
            self.check_size(size_bytes)
        return replace(response, body=b"".join(parts), stream=None)

    def check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limits.page_bytes_max:
            raise PageError(f"has more than {self._limits.page_bytes_max} bytes")

    async def supports_version_2(self, canister_id: Principal) -> bool:
        """Whether the canister says that it certifies in version 2, so that less from it is a forgery."""
        path = (b"canister", canister_id, b"metadata", _SUPPORTED_VERSIONS)
        certificate = await self._core.read_state(
            ReadStateRequest(sender=ANONYMOUS, paths=(path,), effective_canister_id=canister_id)
        )
        versions = lookup_value(verify_certificate(certificate, self._core.root_key_der), path)
        return versions is not None and b"2" in [version.strip() for version in versions.split(b",")]

    async def _query(self, canister_id: Principal, method_name: str, arg: bytes) -> bytes:
        reply = await self._core.query(
            QueryRequest(
                request_id=self._rng.bytes(32),
                sender=ANONYMOUS,
                canister_id=canister_id,
                method_name=method_name,
                arg=arg,
                effective_canister_id=canister_id,
            )
        )
        match reply:
            case QueryReplied(arg=answer):
                return answer
            case QueryRejected(code=code, message=message, error_code=error_code):
                raise Reject(code, message, error_code)

    def _call(self, canister_id: Principal, method_name: str, arg: bytes) -> CallRequest:
        return CallRequest(
            request_id=hash_map({"canister_id": canister_id, "arg": arg, "nonce": self._rng.bytes(16)}),
            sender=ANONYMOUS,
            canister_id=canister_id,
            method_name=method_name,
            arg=arg,
            ingress_expiry_ns=self._clock.now_ns() + _EXPIRY_NS,
            effective_canister_id=canister_id,
        )

    def _reply_in(self, certificate: bytes, request_id: bytes) -> bytes:
        tree = verify_certificate(certificate, self._core.root_key_der)
        path = (b"request_status", request_id)
        reply = lookup_value(tree, (*path, b"reply"))
        if reply is not None:
            return reply
        message = lookup_value(tree, (*path, b"reject_message")) or b"no answer"
        code = lookup_value(tree, (*path, b"reject_code")) or b"\x05"
        error_code = lookup_value(tree, (*path, b"error_code"))
        raise Reject(RejectCode(read_leb128(code)), message.decode(), error_code.decode() if error_code else None)


def range_of(response: CanisterResponse) -> Range:
    """Which bytes a 206 holds. Raises `PageError` if it does not say, or says what is not so."""
    match = _CONTENT_RANGE.fullmatch((response.header("content-range") or "").strip())
    if match is None:
        raise PageError("does not say which range of bytes it is")
    start, last, size = map(int, match.groups())
    if last + 1 - start != len(response.body) or not response.body or last >= size:
        raise PageError("is not the range of bytes that it says it is")
    return Range(start, last + 1, size)
