"""An HTTP outcall, as the core hands it to the shell that performs it, and what the shell hands back.

The URL is taken apart once, by `management/http_request.py`; whoever checks, resolves or connects uses these parts, so
that no two readers of one URL can disagree about where it leads.
"""

from __future__ import annotations

from dataclasses import dataclass

from replica.reject import Reject

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes; `host` is a lower-case name or an address without brackets."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query, as they are sent."""

    @property
    def has_default_port(self) -> bool:
        return self.port == default_port(self.scheme)

    @property
    def authority(self) -> str:
        """What the `Host` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.has_default_port else f"{host}:{self.port}"


def default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that a canister may make: its limits, its destination and its price were checked."""

    destination: Destination
    method: str
    headers: tuple[Header, ...]
    body: bytes
    max_response_bytes: int
    """For the names and values of the headers and the body together."""


@dataclass(frozen=True, slots=True)
class Transform:
    """The query of the calling canister that turns the response into what the canister sees."""

    method: str
    context: bytes


@dataclass(frozen=True, slots=True)
class Outcall:
    """A request under way. `id` tells it from others of this process, and from nothing else."""

    id: int
    request: HttpRequest


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: tuple[Header, ...]
    body: bytes


OutcallResult = HttpResponse | Reject
