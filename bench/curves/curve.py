"""A curve: one cost at several sizes of the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

GROWTH_MAX: Final = 1.5
"""A cost that grows by less than this between the smallest and the largest size counts as flat."""


@dataclass(slots=True)
class Curve:
    """`values` by size, in `unit`. `is_cost`: it should stay flat; else it is there to be seen (memory, rates)."""

    name: str
    unit: str
    is_cost: bool = True
    values: dict[int, float] = field(default_factory=dict)

    def growth(self) -> float:
        """The largest size against the smallest; 1 if there is only one."""
        sizes = sorted(self.values)
        return self.values[sizes[-1]] / self.values[sizes[0]]

    def is_flat(self) -> bool:
        return self.growth() <= GROWTH_MAX


@dataclass(slots=True)
class Curves:
    """Curves over the same sizes, of what `axis` says."""

    axis: str
    curves: dict[str, Curve] = field(default_factory=dict)

    def add(self, size: int, name: str, value: float, unit: str = "µs", *, is_cost: bool = True) -> None:
        self.curves.setdefault(name, Curve(name, unit, is_cost)).values[size] = value

    def sizes(self) -> list[int]:
        return sorted({size for curve in self.curves.values() for size in curve.values})

    def costs(self) -> list[Curve]:
        return [curve for curve in self.curves.values() if curve.is_cost]
