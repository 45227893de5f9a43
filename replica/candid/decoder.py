"""Decoding messages: what a method expects is fixed, what was sent is read off the message, once per kind of message.

A client's messages to one method all begin alike, so the functions made for a head of a message are kept beside its
bytes. As no head is the beginning of another, comparing bytes is all it takes to find them again. Few are kept: whoever
sends many different heads pays with their own slowness.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from replica.candid.compiled import Call
from replica.candid.header import read_header
from replica.candid.limits import budget_for
from replica.candid.readers import Dialect, Readers
from replica.candid.types import CandidError, Type, has_default
from replica.principal import Principal

PLANS_MAX: Final = 8
_PLAN_HEADER_BYTES_MAX: Final = 16_384

PLAIN: Final = Dialect(
    principal=lambda raw: bytes.__new__(Principal, raw),
    service=lambda _name, raw: bytes.__new__(Principal, raw),
    key=lambda item: item.key,
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to decode messages that begin with `header`."""

    header: bytes
    readers: list[Call]
    skippers: list[Call]
    """For arguments beyond those expected."""
    missing: list[None]
    """For arguments expected and not sent."""


class Decoder:
    """A function from messages to lists of values of the expected types. Raises `CandidError`, whatever the bytes."""

    __slots__ = ("_dialect", "_expected", "_plans")

    def __init__(self, expected: Sequence[Type], dialect: Dialect = PLAIN) -> None:
        self._expected = tuple(expected)
        self._dialect = dialect
        self._plans: list[_Plan] = []

    def __call__(self, data: bytes) -> list[Any]:
        try:
            for plan in self._plans:
                if data.startswith(plan.header):
                    return _decode(plan, data)
            return _decode(self._learn(data), data)
        except (IndexError, OverflowError, struct.error):  # whichever way Python puts a position beyond the end
            raise CandidError("the message ends too early") from None
        except UnicodeDecodeError:
            raise CandidError("a text is not UTF-8") from None
        except RecursionError:
            raise CandidError("the message is nested too deeply") from None

    def _learn(self, data: bytes) -> _Plan:
        sent = read_header(data)
        readers = Readers(self._dialect)
        pairs = list(zip(sent.arguments, self._expected, strict=False))
        for candid_type in self._expected[len(pairs) :]:
            if not has_default(candid_type):
                raise CandidError(f"the message has {len(pairs)} arguments, expected {len(self._expected)}")
        plan = _Plan(
            data[: sent.size_bytes],
            [readers.reader(sent_type, expected).call for sent_type, expected in pairs],
            [readers.skipper(sent_type).call for sent_type in sent.arguments[len(pairs) :]],
            [None] * (len(self._expected) - len(pairs)),
        )
        if sent.size_bytes <= _PLAN_HEADER_BYTES_MAX:
            self._plans = [plan, *self._plans[: PLANS_MAX - 1]]
        return plan


def _decode(plan: _Plan, data: bytes) -> list[Any]:
    budget = budget_for(data)
    at = len(plan.header)
    values: list[Any] = []
    for read in plan.readers:
        value, at = read(data, at, budget)
        values.append(value)
    for skip in plan.skippers:
        at = skip(data, at, budget)
    if at != len(data):
        raise CandidError("the message ends too early" if at > len(data) else f"{len(data) - at} bytes too many")
    return values + plan.missing
