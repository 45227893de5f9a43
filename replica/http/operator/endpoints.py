"""The paths below `/_/`, each with who may use it and what it answers.

    GET  /_/status                     figures, as JSON                     operator
    GET  /_/canisters?after&search     a page of canisters, as JSON         operator
    GET  /_/canisters/<id>             one of them                          operator
    GET  /_/canisters/<id>/candid      its interface, as text               operator
    GET  /_/canisters/<id>/logs?first  its log from a record on             operator
    POST /_/time/advance {"seconds"}   moves the clock forward              bearer of the token
    POST /_/links                      a link that signs a browser in       bearer of the token
    GET  /_/sign-in?link               exchanges it for a session           whoever has the link, once
    POST /_/sign-out                   ends the session                     operator
    GET  /_/dashboard[/<id>]           pages for a browser                  operator

Host and peer have passed `replica.http.access` before. The answers are for the asking program or browser alone: no
other origin reads them, and nothing keeps them.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
from typing import Any, Final

from replica.clock import Clock
from replica.http.core import Core
from replica.http.messages import HttpError, Request, Response, html_response, text_response
from replica.http.operator import dashboard, html
from replica.http.operator.access import OperatorAccess
from replica.principal import Principal, PrincipalError
from replica.routing.config import VERSION
from replica.routing.process_memory import resident_bytes

PAGE_CANISTERS: Final = 50

_PAGE_CANISTERS_MAX: Final = 1_000
_SEARCH_CHARACTERS_MAX: Final = 100
_ADVANCE_SECONDS_MAX: Final = 10 * 366 * 86_400
_TIME_NS_MAX: Final = 2**63
"""In the year 2262; times on the wire have 64 bits."""
_PRIVATE: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", html.CONTENT_SECURITY_POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    # Without any referrer, browsers would not say either that a form was sent from here.
    (b"referrer-policy", b"same-origin"),
)


class OperatorEndpoints:
    def __init__(self, core: Core, access: OperatorAccess, clock: Clock) -> None:
        self._core = core
        self._access = access
        self._clock = clock
        self._started_at = access.now_seconds()

    async def answer(self, request: Request) -> Response:
        """Never raises `HttpError`: refusals are answered in the form that the asker reads."""
        try:
            response = await self._answer(request)
        except HttpError as error:
            if b"text/html" not in request.header(b"accept").encode():
                response = text_response(error.status, error.text)
            elif error.status == 401:
                response = html_response(401, dashboard.signed_out_page())
            else:
                response = html_response(error.status, dashboard.error_page(error.text))
        return Response(response.status, (*response.headers, *_PRIVATE), response.body)

    async def _answer(self, request: Request) -> Response:
        match request.method, request.path.removeprefix("/_/").rstrip("/").split("/"):
            case "GET" | "HEAD", ["sign-in"]:
                return self._sign_in(request)
            case "POST", ["sign-out"]:
                self._access.check(request)
                return self._sign_out(request)
            case "POST", ["links"]:
                self._access.check_token(request)
                return _json({"path": f"/_/sign-in?link={self._access.make_link()}"})
            case "POST", ["time", "advance"]:
                self._access.check_token(request)
                return await self._advance(request)
            case "GET" | "HEAD", parts:
                self._access.check(request)
                return await self._read(request, parts)
        raise HttpError(405, "This endpoint does not take such requests.")

    async def _read(self, request: Request, parts: list[str]) -> Response:
        match parts:
            case ["status"]:
                return _json(await self._status())
            case ["canisters"]:
                return _json(await self._page(request))
            case ["canisters", canister_id]:
                return _json(await self._about("canister", canister_id))
            case ["canisters", canister_id, "candid"]:
                return text_response(200, await self._about("candid", canister_id))
            case ["canisters", canister_id, "logs"]:
                return _json({"records": await self._about("logs", canister_id, first=_number(request, "first"))})
            case [""]:
                return Response(303, ((b"location", b"/_/dashboard"),))
            case ["dashboard"]:
                page, status = await self._page(request), await self._status()
                return html_response(200, dashboard.list_page(status, page, request.parameter("search") or ""))
            case ["dashboard", canister_id]:
                return html_response(200, await self._canister_page(canister_id))
        raise HttpError(404, "There is no such page.")

    # -- Figures and canisters ---------------------------------------------------------------------------------------

    async def _status(self) -> dict[str, Any]:
        figures: dict[str, Any] = await self._core.oversee("status", {})
        # Rounds may run in another process than this one.
        figures["resident_bytes"] = sum((figures["resident_bytes"] | {str(os.getpid()): resident_bytes()}).values())
        return {
            "health": "healthy",
            "version": VERSION,
            "uptime_seconds": int(self._access.now_seconds() - self._started_at),
            "clock_ns": self._clock.now_ns(),
            "subnet_id": self._core.subnet_id.text,
        } | figures

    async def _page(self, request: Request) -> dict[str, Any]:
        """Canisters that match, gathered over as many questions as it takes; rounds run in between."""
        count = min(_number(request, "limit") or PAGE_CANISTERS, _PAGE_CANISTERS_MAX)
        search = (request.parameter("search") or "")[:_SEARCH_CHARACTERS_MAX]
        found: list[dict[str, Any]] = []
        after = request.parameter("after") or None
        if after is not None:
            _principal(after)
        while True:
            details = {"after": after, "count": count - len(found), "search": search}
            part = await self._core.oversee("canisters", details)
            found += part["canisters"]
            after = part["next"]
            if after is None or len(found) == count:
                return {"canisters": found, "next": after}
            await asyncio.sleep(0)

    async def _about(self, question: str, canister_id: str, **details: object) -> Any:
        answer = await self._core.oversee(question, {"id": _principal(canister_id).text, **details})
        if answer is None:
            raise HttpError(404, f"There is no canister {canister_id}.")
        return answer

    async def _canister_page(self, canister_id: str) -> str:
        canister = await self._about("canister", canister_id)
        candid = await self._about("candid", canister_id)
        logs = await self._about("logs", canister_id, first=0)
        return dashboard.canister_page(canister, candid, logs)

    # -- Time --------------------------------------------------------------------------------------------------------

    async def _advance(self, request: Request) -> Response:
        # NOT LIKE THE IC: time can be moved. Requests that expire by the client's own clock are then refused, and
        # clients refuse certificates that they compare with it. agent-js asks for the time once and goes on by that,
        # so a page that was open needs a reload when time is moved again.
        seconds = _seconds(request.body)
        if self._clock.now_ns() + seconds * 1_000_000_000 >= _TIME_NS_MAX:
            raise HttpError(400, "Time can be moved up to the year 2262.")
        await self._core.advance_time(seconds=seconds)
        return _json({"clock_ns": self._clock.now_ns()})

    # -- Browsers ----------------------------------------------------------------------------------------------------

    def _sign_in(self, request: Request) -> Response:
        session = self._access.exchange(request.parameter("link") or "")
        if session is None:
            return html_response(401, dashboard.bad_link_page())
        page = html_response(200, dashboard.signed_in_page())
        cookie = (b"set-cookie", self._access.cookie(request, session))
        return Response(page.status, (*page.headers, cookie), page.body)

    def _sign_out(self, request: Request) -> Response:
        self._access.sign_out(request)
        page = html_response(200, dashboard.signed_out_page())
        return Response(page.status, (*page.headers, (b"set-cookie", self._access.cookie(request, ""))), page.body)


def _json(value: object) -> Response:
    return Response(200, ((b"content-type", b"application/json"),), json.dumps(value).encode() + b"\n")


def _principal(text: str) -> Principal:
    try:
        return Principal.from_text(text)
    except PrincipalError as error:
        raise HttpError(400, f"{text[:80]} is not a canister id: {error}") from error


def _number(request: Request, name: str) -> int:
    text = request.parameter(name) or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise HttpError(400, f"{name} is not a number.")
    return int(text)


def _seconds(body: bytes) -> float:
    try:
        seconds = json.loads(body)["seconds"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise HttpError(400, 'The body must be like {"seconds": 60}.') from error
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise HttpError(400, "seconds must be a number.")
    if not 0 < seconds <= _ADVANCE_SECONDS_MAX:
        raise HttpError(400, f"seconds must be more than 0 and at most {_ADVANCE_SECONDS_MAX}: time goes forward only.")
    return seconds
