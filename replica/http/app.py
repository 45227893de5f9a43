"""The ASGI application: one plain callable between the server's sockets and the handlers.

It reads the body up to a limit, asks the access rules, picks the handler by path and host, and writes the answer with
the headers that let browsers on other origins use it. Whatever goes wrong ends here as plain text with a status.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from replica.clock import Clock, WallClock
from replica.http.access import HEALTH, AccessRules, host_name, is_loopback, is_private
from replica.http.api import Api
from replica.http.core import Core, RoundFailed
from replica.http.exchange import Bodies, Receive, Scope, Send, write
from replica.http.gateway.gateway import Gateway
from replica.http.gateway.host import Target, find_target
from replica.http.gateway.shared import is_shared_host, own_address, sandboxed
from replica.http.limits import DEFAULT_LIMITS, Limits
from replica.http.local_core import LocalCore, LocalReplica
from replica.http.messages import (
    CORS,
    OWN_PAGE,
    Headers,
    HttpError,
    Request,
    Response,
    html_response,
    overloaded,
    text_response,
)
from replica.http.operator.access import OperatorAccess
from replica.http.operator.endpoints import OperatorEndpoints
from replica.http.pages import error_page, welcome_page
from replica.principal import Principal, PrincipalError
from replica.rng import Rng, SystemRng

_ALLOWED: Final = ((b"allow", b"GET, HEAD, POST, OPTIONS"),)
_log = logging.getLogger(__name__)


class App:
    """Serves one replica; the server's lifespan starts and ends its rounds."""

    def __init__(
        self,
        core: Core,
        *,
        clock: Clock,
        rng: Rng,
        website_file: Path | None = None,
        allowed_hosts: frozenset[str] = frozenset(),
        limits: Limits = DEFAULT_LIMITS,
        operator: OperatorAccess | None = None,
    ) -> None:
        self._core = core
        self._limits = limits
        self._access = AccessRules(allowed_hosts)
        self._bodies = Bodies(limits)
        self._api = Api(core, self._access, clock, call_timeout_seconds=limits.call_timeout_seconds)
        self._gateway = Gateway(core, clock, rng, limits)
        self._operator = None if operator is None else OperatorEndpoints(core, operator, clock)
        self._website_file = website_file
        self._request_count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            self._request_count += 1
            try:
                response = await self._answer_safely(scope, receive)
                await write(send, response, _more_headers(scope, response))
            finally:
                self._request_count -= 1

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._core.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._core.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer_safely(self, scope: Scope, receive: Receive) -> Response:
        try:
            if self._request_count > self._limits.requests_max:
                raise overloaded("Too many requests are waiting; try again later.")
            request = await self._bodies.read(scope, receive)
            try:
                return await self._answer(request)
            finally:
                self._bodies.release(request)
        except HttpError as error:
            return _error_response(scope, error)
        except RoundFailed as error:
            return text_response(503, f"The replica is stopping, the outcome is unknown: {error}")
        except Exception:
            _log.exception("a request failed")
            return text_response(500, "The replica made a mistake; its log says which.")

    async def _answer(self, request: Request) -> Response:
        self._access.check_host(request)
        if is_private(request.path):
            self._access.check_private(request)
        if request.method == "OPTIONS":
            return Response(204, _ALLOWED)
        if request.path.startswith("/api/"):
            return await self._api.answer(request)
        if request.path == HEALTH:
            return text_response(200, "healthy")
        if is_private(request.path):
            if self._operator is None:
                raise HttpError(404, "This replica has no operator.")
            return await self._operator.answer(request)
        target = find_target(request)
        if target is not None:
            return await self._page(request, target)
        if request.path == "/" and is_loopback(host_name(request.host)):
            return self._front_page(request)
        raise HttpError(400, "The canister id could not be resolved from the host, the query or the referer.")

    async def _page(self, request: Request, target: Target) -> Response:
        if not is_shared_host(request, target):
            return await self._gateway.answer(request, target)
        return own_address(request, target) or sandboxed(await self._gateway.answer(request, target))

    def _front_page(self, request: Request) -> Response:
        website = self._website()
        if website is None:
            return html_response(200, welcome_page(host=request.host, subnet_id=self._core.subnet_id.text))
        port = request.host.rpartition(":")[2]
        origin = f"http://{website}.localhost" + (f":{port}" if port.isdigit() else "")
        return Response(307, ((b"location", f"{origin}/".encode()), (b"cache-control", b"no-store")))

    def _website(self) -> Principal | None:
        """Read each time: the command line writes the file while the replica runs."""
        if self._website_file is None:
            return None
        try:
            return Principal.from_text(self._website_file.read_text().strip())
        except (OSError, PrincipalError):
            return None


def create_app(
    replica: LocalReplica,
    *,
    clock: Clock | None = None,
    rng: Rng | None = None,
    website_file: Path | None = None,
    allowed_hosts: frozenset[str] = frozenset(),
    limits: Limits = DEFAULT_LIMITS,
    on_failure: Callable[[], None] = lambda: None,
    operator: OperatorAccess | None = None,
) -> App:
    """The application around a `replica` in this process.

    `website_file` holds the id of the canister that `/` leads to; `allowed_hosts` are names to serve besides those of
    this machine; `on_failure` is told when the replica must be opened anew. Without `operator`, there is
    nothing below `/_/` but the health check.
    """
    clock = clock or WallClock()
    return App(
        LocalCore(replica, clock, on_failure=on_failure),
        clock=clock,
        rng=rng or SystemRng(),
        website_file=website_file,
        allowed_hosts=allowed_hosts,
        limits=limits,
        operator=operator,
    )


def _error_response(scope: Scope, error: HttpError) -> Response:
    """A page for a person who went there with a browser, plain text for everybody else."""
    text = f"{error.text}\n{error.hint}" if error.hint else error.text
    accept = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    if b"text/html" not in accept or scope["raw_path"].startswith(b"/api/"):
        return text_response(error.status, text, error.headers)
    page = html_response(error.status, error_page(error.status, error.text, error.hint))
    return Response(page.status, (*page.headers, *error.headers, (b"cache-control", b"no-store")), page.body)


def _more_headers(scope: Scope, response: Response) -> Headers:
    """What goes with every answer: who may read it, or for pages of the operator, that nobody else may."""
    if not is_private(scope["raw_path"].decode("latin-1")):
        return CORS
    # Only origins that passed the rules may read; to others a refusal is all there is.
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    if origin is None or response.status == 403:
        return OWN_PAGE
    readable = tuple((name, origin if name == b"access-control-allow-origin" else value) for name, value in CORS)
    return (*OWN_PAGE, *readable)
