"""Kybra names every assignment of a module before it looks at what is assigned."""

from kybra import nat64, query

FIRST, SECOND = 1, 2  # refused: 4
A = B = 3  # refused: 4


@query
def total() -> nat64:
    return FIRST + SECOND + A + B
