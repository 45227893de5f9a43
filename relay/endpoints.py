"""Which push endpoints the relay will post to.

An endpoint is a URL that some browser, or somebody who pretends to be one, wrote into the canister. Without this rule
anybody could make the relay post into the network it runs in. So: https to public addresses only, no credentials, no
redirects (see `pusher`), and http to this machine only where the operator develops.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK_NAMES = ("localhost",)


@dataclass(frozen=True, slots=True)
class EndpointRule:
    allow_loopback: bool = False

    def refusal(self, endpoint: str) -> str | None:
        """Why `endpoint` must not be used, or None."""
        try:
            url = urlsplit(endpoint)
            host, _ = url.hostname, url.port
        except ValueError:
            return "not a URL"
        if not host:
            return "no host"
        if url.username is not None or url.password is not None:
            return "credentials in the URL"
        if self.allow_loopback and url.scheme in ("http", "https") and _is_loopback(host):
            return None
        if url.scheme != "https":
            return "not https"
        if _is_loopback(host):
            return "this machine"
        return None if self.allows_address(host) else "not a public address"

    def allows_address(self, host: str) -> bool:
        """Whether a literal address is public; names pass here, and their addresses are checked when resolved."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return True
        return address.is_global or (self.allow_loopback and address.is_loopback)


def host_of(endpoint: str) -> str:
    """The part of an endpoint that may appear in logs and metrics, and the unit of backing off."""
    return urlsplit(endpoint).netloc


def _is_loopback(host: str) -> bool:
    if host in _LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
