"""`python -m bench.micro`: time, sample and count the workload, and print where a message spends itself.

Three passes over equal rounds: timed with nothing in the way; sampled, which says what share each part has; counted,
which says how many function calls each part makes.
"""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bench.micro.parts import OTHER, PLACES, place_of
from bench.micro.sampling import Calls, Samples
from bench.micro.workload import Steps, Workload
from bench.world import World
from replica.clock import VirtualClock

WARM_UP_ROUNDS: Final = 10
COUNTED_ROUNDS: Final = 3
# Those of the replica's own process.
_GC_THRESHOLDS: Final = (10_000, 20, 100)
console = Console(highlight=False, soft_wrap=True)


def micro(
    clients: Annotated[int, typer.Option(help="Messages per round, each from a person of their own.")] = 64,
    messages: Annotated[int, typer.Option(help="How many to time, and again how many to sample.")] = 6400,
    functions: Annotated[int, typer.Option(help="Also list so many of the functions with the largest share.")] = 0,
) -> None:
    """What one message costs in the core, by part."""
    gc.set_threshold(*_GC_THRESHOLDS)
    with tempfile.TemporaryDirectory(prefix="parley-micro-") as folder:
        world = World.open(Path(folder), VirtualClock())
        workload = Workload(world, clients)
        workload.run(WARM_UP_ROUNDS)
        gc.collect()
        gc.freeze()
        rounds = max(1, messages // clients)
        timed = workload.run(rounds)
        samples, calls = Samples(), Calls()
        workload.run(rounds, samples)
        counted = workload.run(COUNTED_ROUNDS, calls)
        digest = world.core.state_digest()
        world.close()
    _print_steps(timed, clients)
    _print_parts(timed, samples, calls, counted.messages)
    if functions:
        _print_functions(timed, samples, functions)
    console.print(f"\nstate {digest.hex()[:16]}")


def _print_steps(timed: Steps, clients: int) -> None:
    console.print(f"{timed.messages:,} messages, {clients} per round; µs per message\n")
    console.print(f"  {'step':<40}{'elapsed':>9}{'processor':>11}")
    for step, seconds in timed.elapsed.items():
        console.print(f"  {step:<40}{_each(seconds, timed):>9.1f}{_each(timed.processor[step], timed):>11.1f}")
    total, processor = sum(timed.elapsed.values()), sum(timed.processor.values())
    console.print(f"  {'all':<40}{_each(total, timed):>9.1f}{_each(processor, timed):>11.1f}\n")


def _print_parts(timed: Steps, samples: Samples, calls: Calls, counted: int) -> None:
    total = sum(timed.elapsed.values())
    console.print(f"  {'part':<40}{'elapsed':>9}{'share':>8}{'calls':>9}")
    for part in (*PLACES, OTHER):
        share = samples.parts[part] / max(1, samples.count)
        micros = _each(total * share, timed)
        console.print(f"  {part:<40}{micros:>9.1f}{share:>8.1%}{calls.parts[part] / counted:>9.1f}")
    console.print(f"  {'all':<40}{_each(total, timed):>9.1f}{'':>8}{calls.parts.total() / counted:>9.1f}")
    console.print(f"\n  {samples.count:,} samples: a share of 5 % is known to within {_uncertainty(samples.count):.1%}")


def _print_functions(timed: Steps, samples: Samples, count: int) -> None:
    total = sum(timed.elapsed.values())
    console.print(f"\n  {'µs':>7}  function, with the C it calls")
    for (part, code), seen in samples.functions.most_common(count):
        console.print(f"  {_each(total * seen / samples.count, timed):>7.1f}  {place_of(code)}  ({part})", markup=False)


def _each(seconds: float, timed: Steps) -> float:
    return seconds / timed.messages * 1e6


def _uncertainty(samples: int) -> float:
    """Two standard deviations of a share of 5 %."""
    return float(2 * (0.05 * 0.95 / max(1, samples)) ** 0.5)


if __name__ == "__main__":
    typer.run(micro)
