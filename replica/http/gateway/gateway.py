"""Serving a canister's pages: ask, follow, verify, answer.

Pages are queries, which one dishonest node could forge, so their certificates are checked here as a gateway in front of
the real network would; browsers see the same failures on a laptop as on mainnet. Only `raw` hosts go unchecked, and
answers to updates, which the whole subnet has agreed on.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from replica.candid.types import CandidError
from replica.clock import Clock
from replica.http.core import Core
from replica.http.gateway.browser import for_browser, for_canister
from replica.http.gateway.canister import CanisterPages, PageError, range_of
from replica.http.gateway.host import Target
from replica.http.gateway.interface import CanisterResponse
from replica.http.gateway.proof import VerificationError, certificate_version
from replica.http.gateway.verification import path_segments, verify_response
from replica.http.gateway.verification_v1 import verify_legacy_response
from replica.http.limits import Limits
from replica.http.messages import HttpError, Request, Response, busy
from replica.reject import Reject, RejectCode
from replica.rng import Rng

SEGMENTS_MAX: Final = 500
"""Of a path. A proof is looked for at each, so a path of nothing but slashes would keep everybody waiting."""

_PARTIAL: Final = 206
_HINTS: Final = {
    "IC0301": "Look at the id; `python -m parley status` lists the canisters of a deployment.",
    "IC0536": "It answers agents only: a canister with pages has a query method `http_request`.",
    "IC0537": "It is empty: install code in it, for example with `python -m parley deploy`.",
    "IC0508": "A controller of it can start it again.",
    "IC0509": "A controller of it can start it again.",
    "IC0207": "Top it up with cycles.",
}


class Gateway:
    def __init__(self, core: Core, clock: Clock, rng: Rng, limits: Limits) -> None:
        self._pages = CanisterPages(core, clock, rng, limits)
        self._core = core
        self._clock = clock
        self._rng = rng
        self._limits = limits
        self._long_pages = asyncio.Semaphore(limits.long_pages_max)

    async def answer(self, request: Request, target: Target) -> Response:
        """Raises `HttpError` with the reason when there is nothing that may be shown."""
        if len(path_segments(request.path)) > SEGMENTS_MAX:
            raise HttpError(414, f"The path has more than {SEGMENTS_MAX} segments.")
        request = replace(request, headers=for_canister(request.headers))
        try:
            response = await self._page(request, target)
            request_id = self._rng.bytes(16)
            return for_browser(target.canister_id, request.method, response, request_id=request_id)
        except (CandidError, PageError, VerificationError) as error:
            raise HttpError(503, _reason(target, error)) from error
        except Reject as error:
            raise _unavailable(target, error) from error

    async def _page(self, request: Request, target: Target) -> CanisterResponse:
        first = await self._pages.ask(target.canister_id, request)
        if first.wants_upgrade:
            # That the answer to an update asks for another one means nothing.
            answer = await self._pages.ask_as_update(target.canister_id, request)
            return await self._whole(target, answer)
        response = await self._verified(request, target, await self._whole(target, first))
        if response.status == _PARTIAL and request.method == "GET" and not _asks_for_range(request):
            async with self._long_pages:
                return await self._with_all_ranges(request, target, response)
        return response

    async def _whole(self, target: Target, response: CanisterResponse) -> CanisterResponse:
        if response.stream is None:
            return response
        async with self._long_pages:
            return await self._pages.with_whole_body(target.canister_id, response)

    async def _with_all_ranges(self, request: Request, target: Target, first: CanisterResponse) -> CanisterResponse:
        """The whole page for a browser that did not ask for a part of it. Each part is verified by itself."""
        part = range_of(first)
        if part.start != 0:
            raise PageError("begins in the middle")
        self._pages.check_size(part.size)
        bodies, end = [first.body], part.end
        while end < part.size:
            if len(bodies) > self._limits.page_parts_max:
                raise PageError("does not end")
            next_request = replace(request, headers=(*request.headers, (b"range", b"bytes=%d-" % end)))
            answer = await self._pages.ask(target.canister_id, next_request)
            answer = await self._verified(next_request, target, answer)
            found = range_of(answer)
            if (answer.status, found.start, found.size) != (_PARTIAL, end, part.size):
                raise PageError("does not go on where its first part ended")
            if answer.header("etag") != first.header("etag"):
                raise PageError("changed while it was read")
            bodies.append(answer.body)
            end = found.end
        headers = tuple(header for header in first.headers if header[0].lower() != "content-range")
        return replace(first, status=200, headers=headers, body=b"".join(bodies))

    async def _verified(self, request: Request, target: Target, response: CanisterResponse) -> CanisterResponse:
        """What of it may be trusted. Raises `VerificationError`."""
        if not target.is_verified:
            return response
        canister_id, root_key, now_ns = target.canister_id, self._core.root_key_der, self._clock.now_ns()
        if certificate_version(response) > 1:
            headers = verify_response(request, response, canister_id, root_key_der=root_key, now_ns=now_ns)
        else:
            if await self._pages.supports_version_2(canister_id):
                raise VerificationError("the canister certifies in version 2, and this page has less")
            size_max = self._limits.page_bytes_max
            headers = verify_legacy_response(
                request, response, canister_id, root_key_der=root_key, now_ns=now_ns, size_bytes_max=size_max
            )
        return replace(response, headers=headers)


def _asks_for_range(request: Request) -> bool:
    return any(name in (b"range", b"if-range") for name, _ in request.headers)


def _reason(target: Target, error: Exception) -> str:
    match error:
        case CandidError():
            return f"Canister {target.canister_id} gave an answer that is no web page: {error}"
        case VerificationError():
            return f"The page of canister {target.canister_id} failed verification: {error}."
        case _:
            return f"The page of canister {target.canister_id} {error}."


def _unavailable(target: Target, reject: Reject) -> HttpError:
    hint = _HINTS.get(reject.error_code or "", "")
    if reject.code == RejectCode.DESTINATION_INVALID and reject.error_code != "IC0536":
        return HttpError(400, f"canister_not_found: {reject.message}", hint=hint)
    if (overload := busy(reject)) is not None:
        return overload
    return HttpError(503, f"Canister {target.canister_id} refused the request: {reject.message}", hint=hint)
