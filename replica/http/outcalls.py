"""Performs the HTTP outcalls of canisters: takes them from the core after a round, sends each once, hands results back.

A name is resolved once, every address is checked against the operator's policy, and the connection goes to an address
that was checked, so a name that changes its mind between two look-ups gains nothing. There are no redirects, cookies,
proxies or connections that one canister leaves for another; bodies are passed on as they are encoded.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import httpx

from replica.reject import Reject, RejectCode
from replica.routing.outcall import Destination, HttpRequest, HttpResponse, Outcall, OutcallResult
from replica.routing.outcall_policy import OutcallPolicy

TIMEOUT_SECONDS: Final = 30.0
AT_ONCE_MAX: Final = 50
_USER_AGENT: Final = ("user-agent", "ic/1.0")

Resolve = Callable[[str, int], Awaitable[list[str]]]

_log: Final = logging.getLogger(__name__)


class Outcaller(Protocol):
    """What this needs of the core."""

    @property
    def outcall_policy(self) -> OutcallPolicy: ...
    def take_outcalls(self) -> list[Outcall]: ...
    def awaits_outcall(self, outcall_id: int) -> bool: ...
    def finish_outcall(self, outcall_id: int, result: OutcallResult) -> None: ...


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order in which the system prefers them. Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class OutcallRunner:
    def __init__(
        self,
        core: Outcaller,
        *,
        on_result: Callable[[], None],
        resolve: Resolve = resolve,
        timeout_seconds: float = TIMEOUT_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`on_result` is told when the core has something to answer in a round."""
        self._core = core
        self._on_result = on_result
        self._resolve = resolve
        self._timeout_seconds = timeout_seconds
        self._tls = tls
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    def begin_new(self) -> None:
        """Begin what canisters asked for since the last time."""
        for outcall in self._core.take_outcalls():
            task = asyncio.get_running_loop().create_task(self._run(outcall))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Give up what is under way: nobody will know its outcome."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._transport is not None:
            await self._transport.aclose()

    async def _run(self, outcall: Outcall) -> None:
        async with self._turns:
            if not self._core.awaits_outcall(outcall.id):
                return  # its time was over before its turn came
            try:
                result = await self._perform(outcall.request)
            except Exception:
                _log.exception("an outcall failed in a way that nobody thought of")
                result = Reject(RejectCode.SYS_FATAL, "The replica could not perform the request; its log says why")
        # Not the path: it may hold what only the canister and the server should know.
        where = outcall.request.destination
        _log.info("outcall %s %s://%s: %s", outcall.request.method, where.scheme, where.authority, _outcome(result))
        self._core.finish_outcall(outcall.id, result)
        self._on_result()

    async def _perform(self, request: HttpRequest) -> OutcallResult:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._send_to_some(request, await self._addresses(request.destination))
        except TimeoutError:
            return Reject(RejectCode.SYS_FATAL, "Timeout expired")
        except Reject as reject:
            return reject
        except httpx.TransportError as error:
            return _failed(f"{type(error).__name__}: {error}")

    async def _addresses(self, destination: Destination) -> list[str]:
        """Where a destination may be reached. Raises `Reject`."""
        try:
            found = await self._resolve(destination.host, destination.port)
        except (OSError, UnicodeError) as error:
            raise _failed(f"{destination.host} cannot be resolved: {error}") from error
        allowed = [each for each in found if self._core.outcall_policy.allows_address(each, destination)]
        if not allowed:
            raise Reject(RejectCode.CANISTER_REJECT, _inside(destination, found), "IC0406")
        return allowed

    async def _send_to_some(self, request: HttpRequest, addresses: list[str]) -> OutcallResult:
        """Send to the first address that takes the connection; what was sent is not sent again."""
        for address in addresses[:-1]:
            try:
                return await self._send(request, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._send(request, addresses[-1])

    async def _send(self, request: HttpRequest, address: str) -> OutcallResult:
        response = await self._connections().handle_async_request(_wire_request(request, address))
        try:
            return await _read(response, request.max_response_bytes)
        finally:
            await response.aclose()

    def _connections(self) -> httpx.AsyncHTTPTransport:
        """Made at the first outcall: reading the authorities of the web takes a moment that most replicas save."""
        if self._transport is None:
            limits = httpx.Limits(max_keepalive_connections=0)
            tls = self._tls or httpx.create_ssl_context()
            self._transport = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)
        return self._transport


def _wire_request(request: HttpRequest, address: str) -> httpx.Request:
    """The request as it is sent to one address; the server and its TLS certificate are asked for by name."""
    where = request.destination
    url = httpx.URL(scheme=where.scheme, host=address, port=where.port, raw_path=where.target.encode("ascii"))
    headers = [header for header in request.headers if header[0].lower() not in ("host", "content-length")]
    if not any(name.lower() == "user-agent" for name, _ in headers):
        headers.append(_USER_AGENT)
    extensions: dict[str, Any] = {"sni_hostname": where.host}
    headers.append(("host", where.authority))
    return httpx.Request(request.method, url, headers=headers, content=request.body, extensions=extensions)


async def _read(response: httpx.Response, size_bytes_max: int) -> OutcallResult:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
    left = size_bytes_max - sum(len(name) + len(value) for name, value in headers)
    if left < 0:
        text = f"Header size exceeds specified response size limit {size_bytes_max}"
        return Reject(RejectCode.SYS_FATAL, text)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > left:
            return Reject(RejectCode.SYS_FATAL, f"Http body exceeds size limit of {size_bytes_max} bytes.")
    return HttpResponse(response.status_code, headers, bytes(body))


def _outcome(result: OutcallResult) -> str:
    return str(result.status) if isinstance(result, HttpResponse) else f"{result.code.name}, {result.message}"


def _failed(why: str) -> Reject:
    return Reject(RejectCode.SYS_TRANSIENT, f"Failed to connect: {why}")


def _inside(destination: Destination, addresses: list[str]) -> str:
    where = ", ".join(addresses) or "no address"
    todo = "the operator of this replica may allow that very address with --allow-outcalls"
    return f"{destination.host} leads to {where}, which is not public; {todo}"
