"""Requests and responses as plain values, and the headers every response carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import parse_qs

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


@dataclass(frozen=True)
class Request:
    """One HTTP request whose body has been read. `headers` are as received, names in lower case."""

    method: str
    path: str
    """Still percent-encoded."""
    query: str
    headers: Headers
    body: bytes

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @cached_property
    def host(self) -> str:
        return self.header(b"host")

    def header(self, name: bytes) -> str:
        """The first value; empty if there is none."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")

    def parameter(self, name: str) -> str | None:
        return next(iter(parse_qs(self.query).get(name, ())), None)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Headers = ()
    body: bytes = b""


class HttpError(Exception):
    """Ends a request with a status and plain text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def text_response(status: int, text: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> Response:
    return Response(status, ((b"content-type", b"text/plain; charset=utf-8"), *headers), text.encode())


def cbor_response(status: int, body: bytes) -> Response:
    return Response(status, ((b"content-type", b"application/cbor"),), body)


def html_response(status: int, html: str) -> Response:
    return Response(status, ((b"content-type", b"text/html; charset=utf-8"),), html.encode())
