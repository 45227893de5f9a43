"""How load rises and falls over a run. `LOAD_SHAPE` names one; without it, users arrive evenly and stay.

A shape gives the share of the peak at each moment, so that the same shape fits a minute and a night. Plain functions:
importing locust patches sockets and threads of the whole process, so only `locustfile` and `chat_user` do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final


def staircase(progress: float) -> float:
    """Five equal steps to the peak: finds the step at which latency bends. Imitates a service that grows."""
    return (int(progress * 5) + 1) / 5


def spike(progress: float) -> float:
    """A fifth of the peak, then all of it at once for the middle third: a message that everybody answers."""
    return 1.0 if 1 / 3 <= progress < 2 / 3 else 0.2


def day(progress: float) -> float:
    """Up to the peak and down again, as an evening does: what fills queues on the way up must drain on the way down."""
    return 1 - abs(2 * progress - 1)


SHAPES: Final[dict[str, Callable[[float], float]]] = {"staircase": staircase, "spike": spike, "day": day}


def users_at(shape: str, seconds: float, *, length_seconds: float, peak: int) -> int | None:
    """How many people there should be after `seconds`; None when the run is over."""
    if seconds >= length_seconds:
        return None
    return max(1, round(peak * SHAPES[shape](seconds / length_seconds)))
