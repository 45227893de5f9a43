"""`python -m tests.fuzz`: attack every decoder for a while, measuring time and memory of each input.

    --seconds N   for all decoders together (default 600)
    --seed N      of the attacks (default: made from the commit)
    --only WORDS  decoders whose names contain this

Fails if an input takes more than 100 ms or 64 MiB, or ends in anything but the documented error, and prints the input.
Time is the process's own, and a slow input is tried again, so that a busy machine makes no difference. Memory is traced
for the bombs, for what takes long, and for one input in fifty, because tracing makes everything slower.
"""

from __future__ import annotations

import argparse
import base64
import logging
import sys
import time
import traceback
import tracemalloc
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.fuzz.mutations import mutated
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS
from tests.simulation.seeds import first_seed

SECONDS: Final = 600
SECONDS_MAX: Final = 0.1
MEMORY_BYTES_MAX: Final = 64 * 2**20
_TRACED_ONE_IN: Final = 50
_SUSPICIOUS_SECONDS: Final = 0.02
_TRIES: Final = 3
_SHOWN_BYTES_MAX: Final = 3_000


@dataclass(slots=True)
class Figures:
    name: str
    inputs: int = 0
    accepted: int = 0
    slowest_seconds: float = 0.0
    most_bytes: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    arguments = _parse()
    logging.disable(logging.CRITICAL)
    targets = [target for target in TARGETS if arguments.only in target.name]
    print(f"seed {arguments.seed}; {'decoder':38} {'inputs':>9} {'accepted':>9} {'slowest':>10} {'memory':>10}")
    all_figures = [_attack(target, arguments.seed, arguments.seconds / len(targets)) for target in targets]
    return 1 if any(figures.faults for figures in all_figures) else 0


def _attack(target: Target, seed: int, seconds: float) -> Figures:
    figures, chance = Figures(target.name), Random(f"{seed} {target.name}")  # noqa: S311 - repeatable, not secret
    for bomb in target.bombs:
        _try(target, bomb, figures, is_traced=True)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not figures.faults:
        data = mutated(chance, target.samples)
        _try(target, data, figures, is_traced=figures.inputs % _TRACED_ONE_IN == 0)
    print(
        f"{'':12} {figures.name:38} {figures.inputs:9} {figures.accepted:9} "
        f"{figures.slowest_seconds * 1000:7.1f} ms {figures.most_bytes / 2**20:6.1f} MiB",
        *figures.faults,
        sep="\n",
        flush=True,
    )
    return figures


def _try(target: Target, data: bytes, figures: Figures, *, is_traced: bool) -> None:
    figures.inputs += 1
    try:
        seconds, is_accepted = _timed(target, data)
        if seconds > SECONDS_MAX:
            seconds = min(_timed(target, data)[0] for _ in range(_TRIES))
        peak = _traced(target, data) if is_traced or seconds > _SUSPICIOUS_SECONDS else 0
    except Exception:
        figures.faults.append(f"{traceback.format_exc(limit=-6)}\n{_shown(data)}")
        return
    figures.accepted += is_accepted
    figures.slowest_seconds = max(figures.slowest_seconds, seconds)
    figures.most_bytes = max(figures.most_bytes, peak)
    if seconds > SECONDS_MAX or peak > MEMORY_BYTES_MAX:
        figures.faults.append(f"{seconds * 1000:.0f} ms, {peak / 2**20:.0f} MiB for this input:\n{_shown(data)}")


def _timed(target: Target, data: bytes) -> tuple[float, bool]:
    started = time.process_time()
    is_accepted = target.attack(data)
    return time.process_time() - started, is_accepted


def _traced(target: Target, data: bytes) -> int:
    tracemalloc.start()
    try:
        target.attack(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _shown(data: bytes) -> str:
    """Enough to see it again: whole if it is short."""
    shown = base64.b64encode(data[:_SHOWN_BYTES_MAX]).decode()
    cut = "" if len(data) <= _SHOWN_BYTES_MAX else f"... ({len(data)} bytes in all, beginning {data[:60]!r})"
    return f"base64: {shown}{cut}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Attacks on every decoder.")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    if arguments.seed is None:
        arguments.seed = first_seed()
    return arguments


if __name__ == "__main__":
    sys.exit(main())
