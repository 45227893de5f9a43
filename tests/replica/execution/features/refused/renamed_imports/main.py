"""Kybra finds its names by their text."""

import kybra  # refused: 5
from kybra import nat64
from kybra import query as ask  # refused: 5


@ask
def one() -> nat64:
    return 1


@kybra.query
def two() -> nat64:
    return 2
