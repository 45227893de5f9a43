"""Names of fields in Python source and on the wire: they differ where the wire's is a Python keyword.

A field called `from` is written `from_` in canister code. The underscore after a keyword is always dropped on the wire,
so that a field `from_` there is `from__` in the source.
"""

from __future__ import annotations

import keyword

from replica.candid.types import Field


def python_name(wire: str) -> str:
    return f"{wire}_" if keyword.iskeyword(wire.rstrip("_")) else wire


def wire_name(python: str) -> str:
    return python[:-1] if python.endswith("_") and keyword.iskeyword(python.rstrip("_")) else python


def python_key(field: Field) -> str:
    """The key of a field or tag in the dictionaries of canister code."""
    return python_name(field.key)
