"""`python -m tests.simulation`: run seeds, and say how to see a failure again.

    --seed N      the first seed (default: made from the commit, so that every commit covers new ground)
    --runs N      how many seeds, one after the other (default 100)
    --steps N     length of each run (default 150)
    --jobs N      processes (default: one per processor)
    --verbose     print everything that happens

Exit code 1 if an invariant was broken.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.run import STEPS, InvariantBroken, Outcome, run
from tests.simulation.seeds import first_seed
from tests.simulation.world import World, make_world

RUNS = 100
_SHOWN_MAX = 3


def main() -> int:
    arguments = _parse()
    logging.disable(logging.CRITICAL)  # planted traps would be logged by the thousand
    with TemporaryDirectory(prefix="simulation-") as folder:
        world = make_world(Path(folder))
        print(
            f"seeds {arguments.seed} to {arguments.seed + arguments.runs - 1}, {arguments.steps} steps each", flush=True
        )
        started = time.monotonic()
        outcomes = list(_outcomes(world, Path(folder), arguments))
        seconds = time.monotonic() - started
    return _report(outcomes, seconds)


def _outcomes(world: World, folder: Path, arguments: argparse.Namespace) -> Iterator[Outcome | str]:
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    jobs = min(arguments.jobs, arguments.runs)
    if jobs == 1:
        for seed in seeds:
            yield _outcome(world, folder, seed, arguments.steps, arguments.verbose)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        calls = [pool.submit(_outcome, world, folder, seed, arguments.steps, arguments.verbose) for seed in seeds]
        for call in calls:
            yield call.result()


def _outcome(world: World, folder: Path, seed: int, steps: int, is_verbose: bool) -> Outcome | str:
    """What the run was, or the text of why it failed: an exception would lose its cause between processes."""
    try:
        return run(world, folder, seed, steps, echo=print if is_verbose else None)
    except InvariantBroken as broken:
        return str(broken)


def _report(outcomes: list[Outcome | str], seconds: float) -> int:
    good = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    failures = [outcome for outcome in outcomes if isinstance(outcome, str)]
    for failure in failures[:_SHOWN_MAX]:
        print(failure)
    totals = {
        "messages acknowledged": sum(outcome.acknowledged for outcome in good),
        "crashes": sum(outcome.crashes for outcome in good),
        "traps": sum(outcome.traps for outcome in good),
        "calls refused": sum(outcome.rejects for outcome in good),
    }
    print(f"{len(good)} runs held, {len(failures)} did not; {60 * len(outcomes) / seconds:.0f} seeds per minute")
    print(", ".join(f"{count} {what}" for what, count in totals.items()))
    if len(outcomes) == len(good) == 1:
        print(f"state digest {good[0].digest.hex()}")
    return 1 if failures else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="A simulation of users and faults.")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    if arguments.runs is None:
        arguments.runs = RUNS if arguments.seed is None else 1
    if arguments.seed is None:
        arguments.seed = first_seed()
    return arguments


if __name__ == "__main__":
    sys.exit(main())
