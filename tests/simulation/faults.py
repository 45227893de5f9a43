"""What goes wrong, and how often: chosen from the seed, so that runs differ in kind and not only in detail.

A run in which everything fails all the time gets nowhere, and one in which nothing fails finds nothing. So each run
draws which faults it has and how strong they are; some runs have none of a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

Choices = tuple[float, ...]


class Crash(BaseException):
    """The process dies here. Not an `Exception`, so that nothing on the way takes it for an error of a canister."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances: of each message, of each execution, of each step."""

    hold: float
    """A message is held back while others overtake it."""
    reject: float
    """A call between canisters is refused before it arrives (SYS_TRANSIENT)."""
    trap: float
    """An execution traps, at one of its writes or at its end."""
    crash: float
    stop: float
    upgrade: float
    mallory: float
    leap: float
    """The clock leaps by minutes instead of milliseconds."""

    @classmethod
    def draw(cls, chance: Random) -> Faults:
        return cls(
            hold=chance.choice((0.0, 0.1, 0.4)),
            reject=chance.choice((0.0, 0.02, 0.15)),
            trap=chance.choice((0.0, 0.02, 0.1)),
            crash=chance.choice((0.0, 0.02, 0.06)),
            stop=chance.choice((0.0, 0.03, 0.08)),
            upgrade=chance.choice((0.0, 0.02, 0.04)),
            mallory=chance.choice((0.0, 0.1)),
            leap=chance.choice((0.02, 0.1)),
        )
