"""`python -m bench`: measure, write the document, and fail if Parley has come further from the ceiling."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.bench_part import render
from bench.document import DOCUMENT, commit, conditions_now, write_part, write_raw
from bench.generate import SECONDS
from bench.recorded import LOSS_MAX, RECORDED, read_recorded, regressions, write_recorded
from bench.results import Results
from bench.sitting import Sitting
from load.report import machine
from parley.problems import Problem

console = Console(highlight=False, soft_wrap=True)


def measure(
    people: Annotated[int, typer.Option(help="How many people to register.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="Measure messages, queries and the ceiling so often.")] = 3,
    seconds: Annotated[float, typer.Option(help="Length of each of these runs, after a warm-up.")] = SECONDS,
    record: Annotated[
        bool, typer.Option("--record", help="Record the shares of the ceiling as the ones to keep.")
    ] = False,
    document: Annotated[Path, typer.Option(help="Where to write the figures.")] = DOCUMENT,
    recorded: Annotated[Path, typer.Option(help="The shares to keep.")] = RECORDED,
) -> None:
    """Measure, print, write the document, and compare with what was recorded."""
    kept = None if record else read_recorded(recorded)  # before minutes of measuring, not after
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        results = Sitting(Path(folder), people, rounds, seconds, console.print).measure()
    raw = write_raw("bench", {"results": asdict(results)})
    write_part(document, "bench", render(results, conditions_now("make bench")))
    console.print(f"written to {document} and {raw}")
    if kept is None:
        today = datetime.now(UTC).date()
        write_recorded(results.shares(), commit=commit(), today=today, machine=machine(), path=recorded)
        console.print(f"shares recorded in {recorded}")
    else:
        _compare(results, kept)


def _compare(results: Results, kept: dict[int, float]) -> None:
    """Raises `Problem` if too much was lost."""
    lost = regressions(results.shares(), kept)
    if lost:
        raise Problem(
            f"Parley has come further from the ceiling, by more than {LOSS_MAX:.0%}:\n" + "\n".join(lost),
            "`python -m bench.micro` says where a message spends its time. If the loss is meant: make bench RECORD=1.",
        )
    console.print("no share of the ceiling has fallen by more than a fifth of the recorded one")


def main() -> None:
    try:
        typer.run(measure)
    except Problem as problem:
        problem.show(console)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
