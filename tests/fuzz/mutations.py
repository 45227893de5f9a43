"""Changes to valid inputs. Most are small, so that they pass the first checks and fail deep inside."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

INPUT_BYTES_MAX: Final = 2 * 2**20
_TELLING: Final = b'\x00\x01\x02\x7f\x80\xff\x5f\x9f\xbf\xd9\xdb\xfb\xc1\xdd\xdf"(){}[]<>.:;,=%/-'
"""Bytes that mean something in CBOR, MessagePack, Candid, JSON, DER or text."""

Mutation = Callable[[Random, bytes], bytes]


def mutated(chance: Random, samples: tuple[bytes, ...]) -> bytes:
    """One hostile input."""
    if not samples or chance.random() < 0.1:
        return chance.randbytes(chance.choice((0, 1, 5, 40, 400)))
    data = chance.choice(samples)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = chance.choice(_MUTATIONS)(chance, data)
        if chance.random() < 0.1:
            data = _spliced(chance, data, chance.choice(samples))
    return data[:INPUT_BYTES_MAX]


def _flip(chance: Random, data: bytes) -> bytes:
    if not data:
        return data
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def _put_telling(chance: Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + bytes([chance.choice(_TELLING)]) + data[place + chance.randrange(2) :]


def _cut(chance: Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _remove(chance: Random, data: bytes) -> bytes:
    start, end = _span(chance, data)
    return data[:start] + data[end:]


def _repeat(chance: Random, data: bytes) -> bytes:
    start, end = _span(chance, data)
    times = chance.choice((2, 3, 10, 1_000)) if end - start < 200 else 2
    return data[:start] + data[start:end] * times + data[end:]


def _insert(chance: Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.randbytes(chance.choice((1, 2, 8, 40))) + data[place:]


def _make_huge(chance: Random, data: bytes) -> bytes:
    """Overwrite something with a number that would be a terrible length."""
    place = chance.randrange(len(data) + 1)
    size = chance.choice((1, 2, 4, 8))
    return data[:place] + b"\xff" * size + data[place + size :]


def _spliced(chance: Random, data: bytes, other: bytes) -> bytes:
    return _cut(chance, data) + other[chance.randrange(len(other) + 1) :]


def _span(chance: Random, data: bytes) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 2, 4, 16, 64)))


_MUTATIONS: Final[tuple[Mutation, ...]] = (_flip, _flip, _put_telling, _cut, _remove, _repeat, _insert, _make_huge)
