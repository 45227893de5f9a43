"""What `make curves` found, as a part of the document."""

from __future__ import annotations

from typing import Final

from bench.curves.curve import GROWTH_MAX, Curve, Curves
from parley.places import ROOT

PLOT: Final = ROOT / "docs" / "images" / "curves.svg"
MEMORY: Final = "resident memory after the start"


def render(people: Curves, messages: Curves, conditions: str) -> str:
    return f"""## Growth

{conditions}
A cost counts as flat if it is at most {GROWTH_MAX} times as high at the largest size as at the smallest. Everything is
real: people registered through the user index, messages sent through the canisters. "Processor" is processor time,
"elapsed" includes the disk. Costs are those of the core in one process, ten requests per round, unless HTTP is named.

![Costs by number of people and messages](images/{PLOT.name})

### With the number of people, each with a canister of their own

Messages are sent by up to 2,000 people spread evenly over all, in turn.

{_table(people)}

{_memory_sentence(people)}

### With the number of messages in a chat of two

Both sides write; both canisters have every message.

{_table(messages)}
"""


def _table(curves: Curves) -> str:
    sizes = curves.sizes()
    head = f"| {curves.axis} | {' | '.join(f'{size:,}' for size in sizes)} | growth |"
    rule = "|---|" + "---:|" * (len(sizes) + 1)
    return "\n".join([head, rule, *(_row(curve, sizes) for curve in curves.curves.values())])


def _row(curve: Curve, sizes: list[int]) -> str:
    values = " | ".join(_number(curve.values[size]) for size in sizes)
    verdict = "" if not curve.is_cost else ", flat" if curve.is_flat() else ", **grows**"
    return f"| {curve.name}, {curve.unit} | {values} | {curve.growth():.2f} ×{verdict} |"


def _number(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def _memory_sentence(people: Curves) -> str:
    """What one more idle canister weighs, between the two largest sizes."""
    memory, sizes = people.curves[MEMORY].values, people.sizes()
    if len(sizes) < 2:
        return ""
    smaller, larger = sizes[-2:]
    each_bytes = (memory[larger] - memory[smaller]) * 2**20 / (larger - smaller)
    return (
        f"An idle canister takes {each_bytes:,.0f} bytes of resident memory "
        f"(the difference between {smaller:,} and {larger:,} people)."
    )
