"""Who is the operator: a bearer of the token, or a browser with a session that the bearer opened for it.

The token is in a file that only the operator's account can read. A browser gets in with a link that works once: it is
exchanged for a cookie that scripts cannot read and that requests begun by other sites do not carry. Links and sessions
live in memory, so that a restart ends them all.

Cookies do not know ports, and neither does "same site": a page of another program at `localhost` is as near to us as
our own. Requests that such a page makes are recognised by what browsers say of where they come from, and refused.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from replica.http.messages import HttpError, Request
from replica.rng import Rng

LINK_SECONDS_MAX: Final = 60.0
SESSION_SECONDS_MAX: Final = 12 * 3600.0

_LINKS_MAX: Final = 32
_SESSIONS_MAX: Final = 64
_SECRET_BYTES: Final = 32
_SAFE_METHODS: Final = ("GET", "HEAD")


@dataclass(slots=True)
class _Link:
    expires_at: float
    session: str | None = None
    """The session it was exchanged for."""


class OperatorAccess:
    def __init__(
        self, token: str, rng: Rng, *, now_seconds: Callable[[], float], listens_on: str = "localhost"
    ) -> None:
        """`now_seconds` only measures durations; `listens_on` is a name that requests may use besides `localhost`."""
        self._token = token.encode()
        self._rng = rng
        self.now_seconds = now_seconds
        self._links: dict[str, _Link] = {}
        self._sessions: dict[str, float] = {}

    def check(self, request: Request) -> None:
        """Let the operator pass. Raises `HttpError`: 403 for what comes from other sites, 401 for everybody else."""
        _check_origin(request)
        if not self._has_token(request) and self._session(request) is None:
            raise HttpError(401, "This is for the operator of this replica: `python -m parley dashboard` signs you in.")

    def check_token(self, request: Request) -> None:
        """As `check`, where a session is not enough."""
        _check_origin(request)
        if not self._has_token(request):
            raise HttpError(401, "This needs the operator's token as `Authorization: Bearer ...`.")

    # -- Browsers ----------------------------------------------------------------------------------------------------

    def make_link(self) -> str:
        """A secret that opens one session within a minute."""
        self._forget_old()
        secret = self._secret()
        self._links[secret] = _Link(self.now_seconds() + LINK_SECONDS_MAX)
        _drop_oldest(self._links, _LINKS_MAX)
        return secret

    def exchange(self, secret: str) -> str | None:
        """The new session of a link; None if it is unknown, too old, or was used before.

        Using a link again ends the session it opened: then two have seen it, and one of them was not meant to.
        """
        self._forget_old()
        link = self._links.get(secret)
        if link is None:
            return None
        if link.session is not None:
            self._sessions.pop(link.session, None)
            return None
        link.session = self._secret()
        self._sessions[link.session] = self.now_seconds() + SESSION_SECONDS_MAX
        _drop_oldest(self._sessions, _SESSIONS_MAX)
        return link.session

    def sign_out(self, request: Request) -> None:
        self._sessions.pop(self._session(request) or "", None)

    def cookie(self, request: Request, session: str) -> bytes:
        """What makes the browser keep `session`; an empty one makes it forget."""
        age = int(SESSION_SECONDS_MAX) if session else 0
        value = f"{_cookie_name(request)}={session}; Path=/_/; Max-Age={age}; HttpOnly; SameSite=Strict"
        return value.encode()

    # -- Inside ------------------------------------------------------------------------------------------------------

    def _has_token(self, request: Request) -> bool:
        scheme, _, token = request.header(b"authorization").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._token)

    def _session(self, request: Request) -> str | None:
        """The request's session, if it has one that is open."""
        self._forget_old()
        # Other programs of this machine set cookies too, under any name and in any form: all are looked at, for ours.
        # Sessions are as hard to guess as the token, so looking one up tells nobody anything.
        return next((value for value in _cookies(request) if value in self._sessions), None)

    def _forget_old(self) -> None:
        now = self.now_seconds()
        for secret in [secret for secret, link in self._links.items() if link.expires_at <= now]:
            del self._links[secret]
        for session in [session for session, expires_at in self._sessions.items() if expires_at <= now]:
            del self._sessions[session]

    def _secret(self) -> str:
        return self._rng.bytes(_SECRET_BYTES).hex()


def _check_origin(request: Request) -> None:
    """Refuse what a page of another site has the operator's browser send. Programs say nothing of all this."""
    origin = request.header(b"origin")
    if origin and origin != f"http://{request.host}":
        raise HttpError(403, "Pages of other sites may not use this.")
    if request.method not in _SAFE_METHODS or request.header(b"sec-fetch-mode") != "navigate":
        if request.header(b"sec-fetch-site") in ("cross-site", "same-site"):
            raise HttpError(403, "Pages of other sites may not use this.")
        # A browser always says where a request that changes something comes from.
        if request.method not in _SAFE_METHODS and request.header(b"cookie") and not origin:
            raise HttpError(403, "The browser does not say which page this comes from.")


def _cookies(request: Request) -> Iterator[str]:
    """The values of cookies that have our name."""
    for header in request.all_headers(b"cookie"):
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == _cookie_name(request):
                yield value


def _cookie_name(request: Request) -> str:
    """Each replica of this machine has its own, by port."""
    port = request.host.rpartition(":")[2]
    return f"replica_operator_{port if port.isdigit() else 80}"


def _drop_oldest(items: dict[str, _Link] | dict[str, float], count_max: int) -> None:
    while len(items) > count_max:
        del items[next(iter(items))]
