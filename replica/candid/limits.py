"""How much a message may ask for: bounds that no honest message meets and no hostile one gets around.

Bytes limit most of the work by themselves. What costs no bytes is counted here: elements of size zero, fields that are
missing and read as null, and what has to be read twice because it did not fit under an `opt`. Nesting is counted where
a type comes round to itself; every other nesting is in the types, whose height has a bound. All counts are exact, so
that a message is refused or not whatever the depth of the stack it meets.
"""

from __future__ import annotations

from typing import Final

from replica.candid.types import CandidError

HEIGHT_MAX: Final = 50
"""Of a type as far as it does not contain itself, in types."""

NESTING_MAX: Final = 400
"""Of a value of recursive type, in calls of readers."""

PAIRS_MAX: Final = 10_000
"""Pairs of wire type and expected type in one message."""

_FREE_WORK: Final = 10_000
_WORK_PER_BYTE: Final = 4

Budget = list[int]
"""Work left, nesting left. A list because every reader is handed it, and nothing is faster to make or to change."""

WORK: Final = 0
NESTING: Final = 1


def budget_for(data: bytes) -> Budget:
    return [_FREE_WORK + _WORK_PER_BYTE * len(data), NESTING_MAX]


def charge(budget: Budget, amount: int) -> None:
    budget[WORK] -= amount
    if budget[WORK] < 0:
        raise CandidError("the message asks for more work than its size allows")


def enter(budget: Budget, height: int) -> None:
    budget[NESTING] -= height
    if budget[NESTING] < 0:
        raise CandidError("the message is nested too deeply")
