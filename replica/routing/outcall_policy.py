"""Which servers canisters may call: none, unless the operator names them.

A pattern is `HOST`, `HOST:PORT` or `HOST:*`. Without a port it means the usual one of the scheme. `HOST` is a name, an
address (IPv6 in brackets), `*.example.org` for every name below that one, or `*` for every name and address.

Names may lead anywhere, also into the operator's own network, and may lead elsewhere a moment later. So whoever
connects asks `allows_address` about the address it is about to use. Addresses that are not public are refused unless a
pattern names that very address; `localhost` counts as the name of the loopback addresses, since RFC 6761 fixes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, Self

from replica.routing.outcall import Destination

Address = IPv4Address | IPv6Address

_PATTERN: Final = re.compile(r"(\*|(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9._-]*)|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}|\*))?")
# IPv4 addresses inside IPv6 ones, by which a private address could pass as a public one.
_TRANSLATED: Final = ip_network("64:ff9b::/96")
# RFC 8215: translation inside somebody's own network.
_LOCAL_TRANSLATION: Final = ip_network("64:ff9b:1::/48")


@dataclass(frozen=True, slots=True)
class OutcallPattern:
    host: str
    """A lower-case name, an address without brackets, `*.` and a name, or `*`."""
    port: int | None
    """None is the usual port of the scheme, 0 is any."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` that says what a pattern looks like."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not HOST or HOST:PORT, such as api.example.org or 127.0.0.1:8000")
        host, port = match[1].lower(), match[2]
        if host.startswith("["):
            host = str(ip_address(host[1:-1]))
        if port is None or port == "*":
            return cls(host, None if port is None else 0)
        if not 0 < int(port) < 65_536:
            raise ValueError(f"{text!r} names no port that exists")
        return cls(host, int(port))

    def covers(self, destination: Destination) -> bool:
        return self._covers_port(destination) and self._covers_host(destination.host)

    def names(self, address: Address, destination: Destination) -> bool:
        """Whether the operator wrote down this very address."""
        is_named = address.is_loopback if self.host == "localhost" else self.host == str(address)
        return is_named and self._covers_port(destination)

    def _covers_port(self, destination: Destination) -> bool:
        if self.port is None:
            return destination.has_default_port
        return self.port in (0, destination.port)

    def _covers_host(self, host: str) -> bool:
        if self.host.startswith("*."):
            return host.endswith(self.host[1:])
        return self.host in ("*", host)


@dataclass(frozen=True, slots=True)
class OutcallPolicy:
    patterns: tuple[OutcallPattern, ...]

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Self:
        """Raises `ValueError`."""
        return cls(tuple(OutcallPattern.parse(text) for text in texts))

    @classmethod
    def none(cls) -> Self:
        return cls(())

    def allows(self, destination: Destination) -> bool:
        return any(pattern.covers(destination) for pattern in self.patterns)

    def allows_address(self, text: str, destination: Destination) -> bool:
        """Whether an allowed destination may be reached at this address, which its name was resolved to."""
        address = _innermost(ip_address(text.partition("%")[0]))
        if _is_public(address):
            return True
        return any(pattern.names(address, destination) for pattern in self.patterns)


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or (isinstance(address, IPv6Address) and address.is_site_local):
        return False
    return address.is_global and address not in _LOCAL_TRANSLATION


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
