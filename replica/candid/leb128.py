"""LEB128: numbers of any size, seven bits to a byte, lowest first; the top bit says that more follow.

Readers take the bytes and a position and return the number and the position after it. A byte that is not there is an
`IndexError`: whoever decodes a whole message turns that into an error once. Longer forms than necessary are accepted.
"""

from __future__ import annotations

import re
from typing import Final

from replica.candid.types import CandidError

# Up to here a loop is fastest; beyond, shifting an ever longer number would make long ones cost their square.
_LOOP_BYTES_MAX: Final = 18
_REST: Final = re.compile(rb"[\x80-\xff]*[\x00-\x7f]")
_GROUPS: Final = tuple(f"{byte & 0x7F:07b}" for byte in range(256))
_SHOWN_BITS_MAX: Final = 256


def encode_unsigned(number: int) -> bytes:
    if number < 0x80:
        return number.to_bytes(1, "little")
    if number.bit_length() > _LOOP_BYTES_MAX * 7:
        return _encode_long(number, (number.bit_length() + 6) // 7)
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def encode_signed(number: int) -> bytes:
    if -0x40 <= number < 0x40:
        return (number & 0x7F).to_bytes(1, "little")
    # One bit more than the magnitude, so that the top bit of the last group is the sign; -8192 needs no more than 8191.
    size = (number if number >= 0 else ~number).bit_length() // 7 + 1
    return _encode_long(number & ((1 << size * 7) - 1), size)


def _encode_long(number: int, size: int) -> bytes:
    """`size` groups of seven bits. Through base 128 in text, because that takes linear time."""
    digits = f"{number:0{size * 7}b}"
    groups = bytearray(int(digits[start : start + 7], 2) | 0x80 for start in range(0, size * 7, 7))
    groups[0] &= 0x7F
    groups.reverse()
    return bytes(groups)


def read_unsigned(data: bytes, at: int) -> tuple[int, int]:
    byte = data[at]
    at += 1
    if byte < 0x80:
        return byte, at
    number, shift = byte & 0x7F, 7
    while shift < _LOOP_BYTES_MAX * 7:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
    return _read_long(data, at - _LOOP_BYTES_MAX)


def read_signed(data: bytes, at: int) -> tuple[int, int]:
    number, end = read_unsigned(data, at)
    bits = (end - at) * 7
    return (number - (1 << bits) if number >> (bits - 1) else number), end


def _read_long(data: bytes, at: int) -> tuple[int, int]:
    end = skip(data, at)
    digits = "".join(map(_GROUPS.__getitem__, reversed(data[at:end])))
    return int(digits, 2), end


def skip(data: bytes, at: int) -> int:
    if data[at] < 0x80:
        return at + 1
    end = _REST.match(data, at)
    if end is None:
        raise IndexError("the number has no end")
    return end.end()


def shown(number: int) -> str:
    """For messages of errors: a number may have a million digits, which Python refuses to write."""
    bits = number.bit_length()
    return str(number) if bits <= _SHOWN_BITS_MAX else f"a number of {bits} bits"


def read_size(data: bytes, at: int) -> tuple[int, int]:
    """A number of bytes that follow. More than there are is refused here, before anyone makes room for them."""
    size, at = read_unsigned(data, at)
    if size > len(data) - at:
        raise CandidError(f"the message ends too early: {shown(size)} bytes announced, {len(data) - at} left")
    return size, at
