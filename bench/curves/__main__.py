"""`python -m bench.curves`: what grows with the number of people, canisters and messages, and what does not."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bench.curves.chat import ChatCurve
from bench.curves.curve import Curves
from bench.curves.part import PLOT, render
from bench.curves.people import PeopleCurve
from bench.curves.plot import draw
from bench.document import DOCUMENT, conditions_now, write_part, write_raw
from parley.problems import Problem
from replica.clock import VirtualClock

PEOPLE: Final = "10,1000,100000"
MESSAGES: Final = "100,10000,1000000"
_HEAD_START_NS: Final = 3 * 3600 * 1_000_000_000
"""A world's clock runs through all this while it is filled; its copies are served in the present."""
console = Console(highlight=False, soft_wrap=True)


def curves(
    people: Annotated[str, typer.Option(help="Numbers of people to measure at, separated by commas.")] = PEOPLE,
    messages: Annotated[str, typer.Option(help="Lengths of a chat to measure at.")] = MESSAGES,
    document: Annotated[Path, typer.Option(help="Where to write the figures.")] = DOCUMENT,
    plot: Annotated[Path, typer.Option(help="Where to draw them.")] = PLOT,
) -> None:
    """Measure, print, draw and write the document."""
    with tempfile.TemporaryDirectory(prefix="parley-curves-") as folder:
        of_chat = ChatCurve(Path(folder) / "chat", _clock(), console.print).measure(_sizes(messages))
        _print(of_chat)
        of_people = PeopleCurve(Path(folder) / "people", _clock(), console.print).measure(_sizes(people))
        _print(of_people)
    raw = write_raw("curves", {"people": asdict(of_people), "messages": asdict(of_chat)})
    plot.write_text(draw([of_people, of_chat]))
    write_part(document, "curves", render(of_people, of_chat, conditions_now("make curves")))
    console.print(f"written to {document}, {plot} and {raw}")


def _clock() -> VirtualClock:
    return VirtualClock(time.time_ns() - _HEAD_START_NS)


def _sizes(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",")]
    if min(sizes) < 10:
        raise Problem("The smallest size is 10.")
    return sizes


def _print(found: Curves) -> None:
    sizes = found.sizes()
    console.print(f"\n{found.axis:>45}" + "".join(f"{size:>12,}" for size in sizes) + f"{'growth':>9}")
    for curve in found.curves.values():
        values = "".join(f"{curve.values[size]:>12,.1f}" for size in sizes)
        console.print(f"{curve.name:>40} {curve.unit:>4}{values}{curve.growth():>8.2f}×")


def main() -> None:
    try:
        typer.run(curves)
    except Problem as problem:
        problem.show(console)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
