"""Requests and responses as plain values, and the headers every response carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

from replica.reject import Reject
from replica.routing.rejects import DISK_NEARLY_FULL, OVERLOADED

Headers = tuple[tuple[bytes, bytes], ...]

CORS: Final[Headers] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"accept, authorization, content-type, cookie, dnt, if-modified-since, if-none-match, range, user-agent, "
        b"x-ic-canister-id, x-requested-with",
    ),
    (
        b"access-control-expose-headers",
        b"accept-ranges, content-length, content-range, ic-certificate, ic-certificateexpression, x-ic-canister-id, "
        b"x-request-id",
    ),
    (b"access-control-max-age", b"600"),
)

OWN_PAGE: Final[Headers] = (
    (
        b"content-security-policy",
        b"default-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
        b"frame-ancestors 'none'",
    ),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"vary", b"origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""With pages of the replica itself: nobody frames them, embeds them or adds to them."""

_BUSY: Final = (OVERLOADED, DISK_NEARLY_FULL)


@dataclass(frozen=True)
class Request:
    """One HTTP request whose body has been read. `headers` are as received, names in lower case."""

    method: str
    path: str
    """Still percent-encoded."""
    query: str
    headers: Headers
    body: bytes
    peer: str = ""
    """The address that the connection came from."""

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @cached_property
    def host(self) -> str:
        return self.header(b"host")

    def header(self, name: bytes) -> str:
        """The first value; empty if there is none."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")

    def all_headers(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self.headers if key == name]

    def parameter(self, name: str) -> str | None:
        return next(iter(parse_qs(self.query).get(name, ())), None)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Headers = ()
    body: bytes = b""


class HttpError(Exception):
    """Ends a request with a status and plain text; `hint` says what to do about it."""

    def __init__(self, status: int, text: str, headers: Headers = (), *, hint: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers
        self.hint = hint


def overloaded(text: str, *, retry_after_seconds: int = 1) -> HttpError:
    """More than can be served right now; agents and browsers may ask again after a while."""
    return HttpError(503, text, ((b"retry-after", b"%d" % retry_after_seconds),))


def busy(reject: Reject) -> HttpError | None:
    """The error to answer with if a call was refused only because too much is waiting."""
    return overloaded(reject.message) if reject.error_code in _BUSY else None


def text_response(status: int, text: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> Response:
    kind = ((b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff"))
    return Response(status, (*kind, *headers), text.encode())


def cbor_response(status: int, body: bytes) -> Response:
    return Response(status, ((b"content-type", b"application/cbor"),), body)


def html_response(status: int, html: str) -> Response:
    return Response(status, ((b"content-type", b"text/html; charset=utf-8"), *OWN_PAGE), html.encode())
