"""A module with a relative import."""

from .covers import COLOUR


def title() -> str:
    return f"a {COLOUR} book"
