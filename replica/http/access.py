"""Who may ask: rules on Host and Origin, against web pages that use their reader's browser to get at this replica.

A page of anybody's, open in a browser on this machine, can send requests to this machine; firewalls do not see them.
On the Internet Computer it could do no harm, because a canister trusts signatures and nothing else, and everybody
reaches it anyway. Here three things are different, and each has a rule:

    the name      only names of this machine, numbers and what the operator lists are served: a name of the attacker's
                  that was made to point here (DNS rebinding) would make the attacker's page one of ours
    the powers    cycles out of nothing (`provisional_*`) are for our own pages and for programs
    the operator  what is below `/_/` is for programs and pages of this very machine, which canisters' pages are not

Everything else is open to every origin, as on the Internet Computer. `docs/security.md` says what that promises.
Fetch standard, "Origin header"; Fetch metadata, "Sec-Fetch-Site".
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from replica.http.messages import HttpError, Request
from replica.principal import MANAGEMENT, Principal

HEALTH: Final = "/_/health"

_PRIVATE: Final = "/_/"
_LOCAL_METHODS: Final = frozenset(("provisional_create_canister_with_cycles", "provisional_top_up_canister"))
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_HOST_CHARACTERS_MAX: Final = 300
"""A name has at most 253, and a port."""
_FORWARDED: Final = (b"forwarded", b"x-forwarded-for", b"via")


class AccessRules:
    def __init__(self, allowed_hosts: frozenset[str] = frozenset()) -> None:
        """`allowed_hosts` are further names under which the replica is reached; names below them count as well."""
        names = (name.lower().strip(".") for name in allowed_hosts)
        # An empty name would stand for every origin that has none, and for every name that ends in a dot.
        self._allowed_hosts = frozenset(name for name in names if name)

    def check_host(self, request: Request) -> None:
        """Raises `HttpError` if the request is for a name that is not ours."""
        hosts = [value for name, value in request.headers if name == b"host"]
        if len(hosts) != 1:
            raise HttpError(400, "A request needs exactly one Host header.")
        if len(request.host) > _HOST_CHARACTERS_MAX:
            raise HttpError(400, "The Host header is too long.")
        if not _is_served(host_name(request.host), self._allowed_hosts):
            name = host_name(request.host)
            text = f"The host {name!r} is not served here. If it is yours, start the replica with --allow-host NAME."
            raise HttpError(403, text)

    def check_call(self, request: Request, canister_id: Principal, method_name: str) -> None:
        """Raises `HttpError` if a page of another origin calls what exists on test networks only."""
        if canister_id != MANAGEMENT or method_name not in _LOCAL_METHODS or self.is_own_origin(request):
            return
        # NOT LIKE THE IC: a test network lets every origin create canisters with cycles out of nothing.
        origin = request.header(b"origin")
        raise HttpError(
            403, f"Pages of {origin!r} may not call {method_name}: it is for programs and pages served here."
        )

    def is_own_origin(self, request: Request) -> bool:
        """Whether no page sent it, or one that came from here: this machine, an allowed name, or the request's host."""
        origins = request.all_headers(b"origin")
        return all(self._is_own(origin, request) for origin in origins)

    def check_private(self, request: Request) -> None:
        """Raises `HttpError` unless a program or a page of this machine asks, under a name that no canister shares."""
        if not is_loopback(request.peer) or any(request.header(name) for name in _FORWARDED):
            raise HttpError(403, "What is below /_/ is only for the machine that the replica runs on.")
        if not is_loopback(host_name(request.host)):
            raise HttpError(403, "What is below /_/ is only at http://localhost and http://127.0.0.1.")
        if not all(is_loopback(_origin_host(origin)) for origin in request.all_headers(b"origin")):
            raise HttpError(403, "What is below /_/ is not for pages of other origins.")
        if not request.header(b"origin") and _is_embedded_elsewhere(request):
            raise HttpError(403, "What is below /_/ is not to be embedded in other pages.")

    def _is_own(self, origin: str, request: Request) -> bool:
        name = _origin_host(origin)
        is_same = bool(name) and urlsplit(origin).netloc.lower() == request.host.lower()
        return bool(name) and (is_same or is_loopback(name) or _is_name_of_ours(name, self._allowed_hosts))


def allowed_host(text: str) -> str:
    """The name of a host as an operator gives it. Raises `ValueError` for what is none, an empty text above all."""
    if not _HOST_NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a host")
    return text


def is_private(path: str) -> bool:
    return path.startswith(_PRIVATE) and path != HEALTH


def host_name(host: str) -> str:
    """Without the port, in lower case."""
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() and name else host).lower()


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine itself, and no canister's name."""
    address = host.removeprefix("[").removesuffix("]")
    try:
        return host == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def _is_served(name: str, allowed: frozenset[str]) -> bool:
    # An address cannot be made to point elsewhere, so only names need to be known.
    return is_loopback(name) or is_address(name) or _is_name_of_ours(name, allowed)


def is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _is_name_of_ours(name: str, allowed: frozenset[str]) -> bool:
    return name.endswith(".localhost") or any(name == each or name.endswith("." + each) for each in allowed)


def _origin_host(origin: str) -> str:
    """Empty for what is no web page's origin: `null`, extensions, files."""
    try:
        url = urlsplit(origin)
        return (url.hostname or "").lower() if url.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _is_embedded_elsewhere(request: Request) -> bool:
    """Whether a browser says that a page elsewhere asks, other than by a link that a person followed."""
    is_followed = request.header(b"sec-fetch-dest") == "document" and request.method in ("GET", "HEAD")
    return request.header(b"sec-fetch-site") == "cross-site" and not is_followed
