"""How amounts of cycles are stored."""

from __future__ import annotations


def encode_cycles(amount: int) -> bytes:
    """Cycles may be more than the 64 bits that MessagePack has for numbers, and nothing bounds their sum."""
    return amount.to_bytes((amount.bit_length() + 7) // 8, "big")


def decode_cycles(data: bytes) -> int:
    return int.from_bytes(data, "big")
