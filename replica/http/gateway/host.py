"""Which canister a browser wants: by host name, by `?canisterId=`, or by the page that it came from.

`<id>.localhost` and `<name>--<id>.localhost` are canisters; `<id>.raw.localhost` asks for the same without
verification. HTTP gateway protocol specification.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qs, urlsplit

from replica.http.access import host_name
from replica.http.messages import HttpError, Request
from replica.principal import Principal, PrincipalError

_RAW: Final = "raw"
_PARAMETER: Final = "canisterId"
_HOST_CHARACTERS_MAX: Final = 253
"""Of a host name. RFC 1035 §2.3.4, without the dot at its end."""


@dataclass(frozen=True, slots=True)
class Target:
    canister_id: Principal
    is_verified: bool = True
    is_own_host: bool = False
    """Named by the host of the request, so that nobody else has this origin."""


def find_target(request: Request) -> Target | None:
    """None if nothing in the request names a canister. Raises `HttpError` for hosts below a canister's own."""
    target = _from_host(host_name(request.host))
    if target is not None:
        return replace(target, is_own_host=True)
    return _from_parameter(request.parameter(_PARAMETER)) or _from_referer(request.header(b"referer"))


def _from_host(name: str) -> Target | None:
    if len(name) > _HOST_CHARACTERS_MAX:
        return None
    first, *rest = name.split(".")
    canister_id = _principal(first.rpartition("--")[2])
    if canister_id is not None and rest:
        return Target(canister_id, is_verified=rest[0] != _RAW)
    if any(_principal(label) is not None for label in rest):
        raise HttpError(400, "The canister id must be the first part of the host name.")
    return None


def _from_parameter(value: str | None) -> Target | None:
    canister_id = None if value is None else _principal(value)
    return None if canister_id is None else Target(canister_id)


def _from_referer(referer: str) -> Target | None:
    if not referer:
        return None
    try:
        url = urlsplit(referer)
        return _from_host(url.hostname or "") or _from_parameter(
            next(iter(parse_qs(url.query).get(_PARAMETER, ())), None)
        )
    except (ValueError, HttpError):
        return None


def _principal(text: str) -> Principal | None:
    # The management canister (the empty principal) has no pages.
    try:
        return Principal.from_text(text) or None
    except PrincipalError:
        return None
