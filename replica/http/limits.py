"""What one client, and all of them together, may take of this process. One place, so that an operator sees them all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Every bound of the HTTP shell; what is refused says which one it met."""

    body_bytes_max: int = 4 * 2**20
    """Of one request. Interface spec: an argument has at most 2 MiB."""
    bodies_bytes_max: int = 256 * 2**20
    """Of all requests that are being received, together."""
    requests_max: int = 4096
    """Requests that are received or wait for their answer."""
    call_timeout_seconds: float = 10.0
    """A synchronous call that takes longer is answered with "accepted"."""


DEFAULT_LIMITS = Limits()
