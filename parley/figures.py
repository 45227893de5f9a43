"""Amounts, as people read and write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from parley.problems import Problem

_TRILLION: Final = 1_000_000_000_000
_UNIT_SECONDS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION: Final = re.compile(r"(?:\d+[wdhms])+", re.ASCII)
_UNIT_CYCLES: Final = {"t": _TRILLION, "b": 1_000_000_000, "m": 1_000_000, "": 1}
# All but tabs and line ends.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CYCLES: Final = re.compile(r"([\d_]+)([tbm]?)", re.ASCII)


def cycles(amount: int) -> str:
    return f"{amount / _TRILLION:,.3f} T"


def size(count_bytes: int) -> str:
    amount = float(count_bytes)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:,.0f} {unit}" if unit == "B" else f"{amount:,.1f} {unit}"
        amount /= 1024
    return f"{amount:,.1f} GiB"


def duration(seconds: int) -> str:
    """The two largest units: `1 d 2 h`."""
    parts: list[str] = []
    for unit, unit_seconds in _UNIT_SECONDS.items():
        count, seconds = divmod(seconds, unit_seconds)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
    return " ".join(part for part in parts[:2] if part) or "0 s"


def visible(text: str) -> str:
    """Text of a canister's, which may try to move the cursor of whoever reads it."""
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def moment(time_ns: int) -> str:
    """To the millisecond, in UTC."""
    return datetime.fromtimestamp(time_ns / 1e9, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_duration(text: str) -> int:
    """Seconds of `90s`, `5m`, `1d2h` and the like. Raises `Problem`."""
    if not _DURATION.fullmatch(text):
        raise Problem(f"{text!r} is not a duration.", "Write it like 90s, 5m, 2h30m, 1d or 1w.")
    return sum(int(count) * _UNIT_SECONDS[unit] for count, unit in re.findall(r"(\d+)([wdhms])", text))


def parse_cycles(text: str) -> int:
    """`10T`, `500B`, `3M` or a plain number, `_` allowed. Raises `Problem`."""
    match = _CYCLES.fullmatch(text.lower())
    if match is None or not match[1].strip("_"):
        raise Problem(f"{text!r} is not an amount of cycles.", "Write it like 10T, 500B or 1_000_000.")
    return int(match[1].replace("_", "")) * _UNIT_CYCLES[match[2]]
