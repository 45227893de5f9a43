"""The numbers that stand for types on the wire. Candid specification, "Types"."""

from __future__ import annotations

from typing import Final

MAGIC: Final = b"DIDL"

CODE_BY_PRIMITIVE: Final = {
    "null": -1,
    "bool": -2,
    "nat": -3,
    "int": -4,
    "nat8": -5,
    "nat16": -6,
    "nat32": -7,
    "nat64": -8,
    "int8": -9,
    "int16": -10,
    "int32": -11,
    "int64": -12,
    "float32": -13,
    "float64": -14,
    "text": -15,
    "reserved": -16,
    "empty": -17,
    "principal": -24,
}
PRIMITIVE_BY_CODE: Final = {code: name for name, code in CODE_BY_PRIMITIVE.items()}

OPT: Final = -18
VEC: Final = -19
RECORD: Final = -20
VARIANT: Final = -21
FUNC: Final = -22
SERVICE: Final = -23
LOWEST: Final = -24

CODE_BY_MODE: Final = {"query": 1, "oneway": 2, "composite_query": 3}
MODE_BY_CODE: Final = {code: name for name, code in CODE_BY_MODE.items()}
