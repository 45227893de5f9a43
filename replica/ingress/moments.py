"""Moments in error texts, as people and agents read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment_text(time_ns: int) -> str:
    """`2025-06-15 15:06:40.000000000 UTC`; 64 bits of nanoseconds end in the year 2554."""
    seconds, nanoseconds = divmod(time_ns, 1_000_000_000)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{nanoseconds:09d} UTC"
