"""What a run of the generator found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figures:
    per_second: float
    p50_ms: float
    p99_ms: float
    count: int
    """Answers within the measured time."""
    answered: int
    """All of them, the warm-up's too."""
    failures: int
    failure_example: str
    ran_dry: int
    """Clients that had sent everything before the time was over."""
    cpu_share: float
    """Of one processor, that the generator took."""
    cpu_micros: dict[str, float] = field(default_factory=dict)
    """Processor time per answer of each process that was watched, and of the generator."""


def median_run(runs: Sequence[Figures]) -> Figures:
    """The run with the median rate."""
    return sorted(runs, key=lambda run: run.per_second)[len(runs) // 2]
