"""The version of Parley that this code belongs to, and how versions of modules compare."""

VERSION = "0.1.0"


def parse(text: str) -> tuple[int, ...] | None:
    """`1.2.3` as numbers that compare in the right order, or None for anything else."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        return None
    return tuple(int(part) for part in parts)
