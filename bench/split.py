"""`python -m bench.split`: does it pay that the replica is two processes? Both ways side by side, in turn.

Prints, writes nothing. Decision 17 has the figures of one sitting.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import runs
from bench.figures import Figures, median_run
from bench.generate import generate
from bench.runs import CLIENTS, Pair
from parley.problems import Problem
from parley.temporary import temporary_system

ROUNDS: Final = 3
SECONDS: Final = 4.0
PROCESSES: Final = (1, 2)

console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Way:
    """A running system, with people who write."""

    processes: int
    port: int
    pairs: list[Pair]

    def send(self, clients: int) -> Figures:
        scripts = runs.message_scripts(self.port, self.pairs[:clients])
        return generate(self.port, scripts, seconds=SECONDS)


@contextmanager
def running(processes: int, folder: Path) -> Iterator[Way]:
    with temporary_system(folder / str(processes), processes=processes) as system:
        port, deployment = system.addresses.port, system.deployment
        _, identities = runs.register(port, deployment, 2 * max(CLIENTS), clients=16, report=console.print)
        user_ids = runs.user_ids_of(system.addresses.replica_url, deployment, identities)
        yield Way(processes, port, runs.pairs_of(identities, user_ids))


def compare(ways: list[Way], clients: int) -> None:
    figures: dict[int, list[Figures]] = {way.processes: [] for way in ways}
    for number in range(ROUNDS):
        # Who goes first changes, so that a machine that tires or recovers favours nobody.
        for way in ways if number % 2 else reversed(ways):
            figures[way.processes].append(way.send(clients))
    for processes, found in figures.items():
        run = median_run(found)
        console.print(
            f"{clients:>3} clients, {processes} process{'es' if processes > 1 else ''}: "
            f"{run.per_second:>6,.0f}/s  p50 {run.p50_ms:5.2f} ms  p99 {run.p99_ms:5.2f} ms"
        )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="parley-split-") as folder, ExitStack() as stack:
        ways = [stack.enter_context(running(processes, Path(folder))) for processes in PROCESSES]
        for clients in CLIENTS:
            compare(ways, clients)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        problem.show(console)
        raise SystemExit(1) from None
