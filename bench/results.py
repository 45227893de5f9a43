"""Everything one `make bench` found."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from bench.figures import Figures, median_run
from bench.group import GroupFigures

Series = dict[int, list[Figures]]
"""By number of clients, one run per round."""


@dataclass(slots=True)
class Results:
    rounds: int = 0
    seconds: float = 0.0
    """Of each run."""
    messages: Series = field(default_factory=dict)
    """`send_message`."""
    ceiling: Series = field(default_factory=dict)
    empty_updates: Series = field(default_factory=dict)
    peer_name: str = ""
    """With its version; empty if there was none."""
    peer_messages: Series = field(default_factory=dict)
    peer_syncs: Series = field(default_factory=dict)
    registrations: Figures | None = None
    people: int = 0
    readable_at_once: tuple[int, int] = (0, 0)
    group: GroupFigures | None = None
    memory_mib: dict[str, dict[str, float]] = field(default_factory=dict)
    """By moment, then by process."""
    start_seconds: dict[str, float] = field(default_factory=dict)
    stored_mib: float = 0.0

    def shares(self) -> dict[int, float]:
        """Messages per second as a share of the ceiling's, by number of clients."""
        return ratios(self.messages, self.ceiling)


def ratios(mine: Series, theirs: Series) -> dict[int, float]:
    """Of the rates: each run against the one beside it, and the median of those."""
    return {
        clients: median(
            run.per_second / other.per_second for run, other in zip(mine[clients], theirs[clients], strict=True)
        )
        for clients in mine
    }


def medians(series: Series) -> dict[int, Figures]:
    return {clients: median_run(runs) for clients, runs in series.items()}
