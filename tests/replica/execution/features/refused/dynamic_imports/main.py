"""Modules that no statement imports are not there."""

from kybra import query, text


@query
def found() -> text:
    return str(__import__("json"))  # refused: 15
