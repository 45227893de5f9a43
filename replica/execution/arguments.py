"""What canister code passes to the platform, turned into what the platform takes, with Kybra's errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def natural(value: Any, bits: int) -> int:
    """A number of fixed width; what RustPython says if it is none."""
    if not isinstance(value, int):
        raise TypeError(f"Expected type 'int' but '{type(value).__name__}' found")
    if not 0 <= value < 1 << bits:
        raise OverflowError(f"Python int too large to convert to Rust u{bits}")
    return int(value)


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"Expected type 'str' but '{type(value).__name__}' found")
    return value


def blob(value: Any) -> bytes:
    if type(value) is bytes:
        return value
    items: Sequence[Any] = list(value)
    return bytes(natural(item, 8) for item in items)
