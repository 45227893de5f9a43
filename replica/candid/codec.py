"""Candid messages: values to bytes and back.

Python values: a record is a dict by field name, or a tuple where its fields are unnamed and numbered from 0; a variant
is a dict with one entry; opt is None or the value; blob is bytes; principals and services are `Principal`s; a function
is a pair of principal and method name; null and reserved are None. Optional fields of a record may be left out.

Whatever is coded often is compiled once: `compile_encoder` and `compile_decoder` do the work that depends on types
alone. Every failure is a `CandidError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from replica.candid.decoder import Decoder
from replica.candid.encoder import compile_encoder
from replica.candid.header import read_header
from replica.candid.types import CandidError, Type

__all__ = ["CandidError", "compile_decoder", "compile_encoder", "decode", "decode_untyped", "encode"]


def encode(types: Sequence[Type], values: Sequence[Any]) -> bytes:
    return compile_encoder(types)(values)


def decode(types: Sequence[Type], data: bytes) -> tuple[Any, ...]:
    return tuple(Decoder(types)(bytes(data)))


def compile_decoder(types: Sequence[Type]) -> Callable[[bytes], tuple[Any, ...]]:
    """A function from messages to values of `types`, whatever subtypes of them were sent."""
    decoder = Decoder(types)

    def decode_message(data: bytes) -> tuple[Any, ...]:
        return tuple(decoder(data))

    return decode_message


def decode_untyped(data: bytes) -> tuple[tuple[Type, ...], tuple[Any, ...]]:
    """The values of a message as they were sent, with their types, in which fields have ids but no names."""
    types = read_header(data).arguments
    return types, decode(types, data)
