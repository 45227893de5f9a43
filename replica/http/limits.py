"""What one client, and all of them together, may take of this process. One place, so that an operator sees them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of the HTTP shell; what is refused says which one it met."""

    body_bytes_max: int = 4 * 2**20
    """Of one request. Interface spec: an argument has at most 2 MiB."""
    bodies_bytes_max: int = 256 * 2**20
    """Of all requests that are being received or wait for their answer, together."""
    requests_max: int = 4096
    """Requests that are received or wait for their answer."""
    connections_max: int = 4096
    """Fewer if the system lets the process open fewer files."""
    connections_per_address_max: int = 256
    counts_loopback: bool = False
    """Whether this machine's own address is bounded like others."""
    head_bytes_max: int = 256 * 2**10
    """Of one request besides its body: headers, trailers, the framing of chunks."""
    head_seconds: float = 10.0
    """From the first byte of a request, or the beginning of the connection, to the end of the headers."""
    body_seconds: float = 60.0
    """From the end of the headers to the end of the body."""
    idle_seconds: float = 60.0
    """Between two requests on one connection."""
    stall_seconds: float = 30.0
    """In which a client takes nothing of what was sent to it."""
    sweep_seconds: float = 1.0
    """How often it is looked whether any of these times is over."""
    call_timeout_seconds: float = 10.0
    """A synchronous call that takes longer is answered with "accepted"."""
    update_timeout_seconds: float = 30.0
    """For a page that is made by an update."""
    page_bytes_max: int = 128 * 2**20
    """Of a page that a canister sends in parts, or that was compressed."""
    page_parts_max: int = 1000
    """That follow the first, as many as gateways of the Internet Computer ask for."""
    long_pages_max: int = 4
    """Pages in parts that are put together at the same time; more wait."""


DEFAULT_LIMITS = Limits()
