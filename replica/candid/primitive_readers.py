"""Reading values of primitive types, and of the blobs and references that are as simple.

Where a slice is cut short by the end of the message, the position runs past the end; the decoder checks that once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from replica.candid.compiled import Call
from replica.candid.leb128 import read_signed, read_size, read_unsigned
from replica.candid.limits import Budget
from replica.candid.skippers import skip_principal
from replica.candid.types import CandidError
from replica.candid.writers import FIXED_SIZE


def read_null(data: bytes, at: int, budget: Budget) -> tuple[None, int]:
    return None, at


def _read_bool(data: bytes, at: int, budget: Budget) -> tuple[bool, int]:
    byte = data[at]
    if byte > 1:
        raise CandidError(f"{byte} is not a bool")
    return byte == 1, at + 1


def _read_nat(data: bytes, at: int, budget: Budget) -> tuple[int, int]:
    return read_unsigned(data, at)


def _read_int(data: bytes, at: int, budget: Budget) -> tuple[int, int]:
    return read_signed(data, at)


def read_text(data: bytes, at: int, budget: Budget) -> tuple[str, int]:
    size = data[at]
    at += 1
    if size > 0x7F:
        size, at = read_size(data, at - 1)
    end = at + size
    return data[at:end].decode(), end


def read_blob(data: bytes, at: int, budget: Budget) -> tuple[bytes, int]:
    size = data[at]
    at += 1
    if size > 0x7F:
        size, at = read_size(data, at - 1)
    end = at + size
    return data[at:end], end


def _read_empty(data: bytes, at: int, budget: Budget) -> tuple[None, int]:
    raise CandidError("a value of type empty, which has none")


def _fixed_size_reader(name: str) -> Call:
    packing = FIXED_SIZE[name]
    unpack, size = packing.unpack_from, packing.size

    def read_fixed_size(data: bytes, at: int, budget: Budget) -> tuple[Any, int]:
        return unpack(data, at)[0], at + size

    return read_fixed_size


PRIMITIVES: Final[dict[str, Call]] = {
    "null": read_null,
    "bool": _read_bool,
    "nat": _read_nat,
    "int": _read_int,
    "text": read_text,
    "reserved": read_null,
    "empty": _read_empty,
} | {name: _fixed_size_reader(name) for name in FIXED_SIZE}


def principal_reader(make: Callable[[bytes], Any]) -> Call:
    def read_principal(data: bytes, at: int, budget: Budget) -> tuple[Any, int]:
        end = skip_principal(data, at, budget)
        # The size takes one byte, unless somebody wrote it longer than they had to.
        size = data[at + 1] if data[at + 1] < 0x80 else read_unsigned(data, at + 1)[0]
        return make(data[end - size : end]), end

    return read_principal


def function_reader(read_principal: Call) -> Call:
    def read_function(data: bytes, at: int, budget: Budget) -> tuple[tuple[Any, str], int]:
        if data[at] != 1:
            raise CandidError("an opaque reference")
        principal, at = read_principal(data, at + 1, budget)
        method, at = read_text(data, at, budget)
        return (principal, method), at

    return read_function
