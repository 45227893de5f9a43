"""Candid in its text form, for the few values that we hand to the system as bytes: install arguments.

`ic.candid_encode` turns the text into bytes. Anything that a person chose goes through `quote`.
"""


def record(**fields: str) -> str:
    """A single record argument; values are Candid text already."""
    return "(record { " + "; ".join(f"{name} = {value}" for name, value in fields.items()) + " })"


def principal(text: str) -> str:
    return f'principal "{text}"'


def flag(value: bool) -> str:
    return "true" if value else "false"


def quote(text: str) -> str:
    """`text` as a Candid text literal: quotes, backslashes and control characters escaped."""
    return '"' + "".join(escape(character) for character in text) + '"'


def escape(character: str) -> str:
    if character in ('"', "\\"):
        return "\\" + character
    if character < " " or character == "\x7f":
        return "\\u{" + format(ord(character), "x") + "}"
    return character
