"""The ASGI application: one plain callable between the server's sockets and the handlers.

It reads the body up to a limit, picks the handler by path and host, and writes the answer with the headers that let
browsers on other origins use it. Whatever goes wrong ends here as plain text with a status.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final

from replica.clock import Clock, WallClock
from replica.http.api import CALL_TIMEOUT_SECONDS, Api
from replica.http.core import Core, RoundFailed
from replica.http.gateway.gateway import Gateway
from replica.http.gateway.host import find_target, host_name
from replica.http.local_core import LocalCore, LocalReplica
from replica.http.messages import CORS, HttpError, Request, Response, html_response, text_response
from replica.http.pages import welcome_page
from replica.principal import Principal, PrincipalError
from replica.rng import Rng, SystemRng

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

BODY_BYTES_MAX: Final = 4 * 1024 * 1024

_WITHOUT_BODY: Final = (204, 304)
_OWN_HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")
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
        call_timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    ) -> None:
        self._core = core
        self._api = Api(core, clock, call_timeout_seconds=call_timeout_seconds)
        self._gateway = Gateway(core, clock, rng)
        self._website_file = website_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await _write(send, await self._answer_safely(scope, receive))

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._core.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._core.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer_safely(self, scope: Scope, receive: Receive) -> Response:
        try:
            return await self._answer(await _read(scope, receive))
        except HttpError as error:
            return text_response(error.status, error.text)
        except RoundFailed as error:
            return text_response(503, f"The replica is stopping, the outcome is unknown: {error}")
        except Exception:
            _log.exception("a request failed")
            return text_response(500, "The replica made a mistake; its log says which.")

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(204)
        if request.path.startswith("/api/"):
            return await self._api.answer(request)
        if request.path == "/_/health":
            return text_response(200, "healthy")
        target = find_target(request)
        if target is not None:
            return await self._gateway.answer(request, target)
        if request.path == "/" and host_name(request.host) in _OWN_HOSTS:
            return self._front_page(request)
        raise HttpError(400, "The canister id could not be resolved from the host, the query or the referer.")

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
    call_timeout_seconds: float = CALL_TIMEOUT_SECONDS,
    on_failure: Callable[[], None] = lambda: None,
) -> App:
    """The application around a `replica` in this process.

    `website_file` holds the id of the canister that `/` leads to; `call_timeout_seconds` is how long a synchronous call
    may stay open before it is answered with "accepted"; `on_failure` is told when the replica must be opened anew.
    """
    clock = clock or WallClock()
    return App(
        LocalCore(replica, clock, on_failure=on_failure),
        clock=clock,
        rng=rng or SystemRng(),
        website_file=website_file,
        call_timeout_seconds=call_timeout_seconds,
    )


async def _read(scope: Scope, receive: Receive) -> Request:
    chunks: list[bytes] = []
    size_bytes = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HttpError(400, "The connection was closed before the request was complete.")
        chunk = message.get("body", b"")
        size_bytes += len(chunk)
        if size_bytes > BODY_BYTES_MAX:
            raise HttpError(413, f"The request has more than {BODY_BYTES_MAX} bytes.")
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple(scope["headers"]),
        body=chunks[0] if len(chunks) == 1 else b"".join(chunks),
    )


async def _write(send: Send, response: Response) -> None:
    has_body = response.status not in _WITHOUT_BODY
    body = response.body if has_body else b""
    headers = list(response.headers)
    if has_body:
        headers.append((b"content-length", str(len(body)).encode()))
    # A page may say itself who else may use it; browsers refuse a header that is there twice.
    own = {name for name, _ in response.headers}
    headers += [header for header in CORS if header[0] not in own]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
