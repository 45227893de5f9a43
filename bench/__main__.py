"""`python -m bench`: measure everything once or several times, and write docs/benchmarks.md."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import runs
from bench.document import Results, write_document
from bench.requests_file import Script
from bench.runs import CLIENTS, Figures, Pair
from parley.places import ROOT, DataDirectory
from parley.problems import Problem
from parley.processes import Service
from parley.temporary import RunningSystem, free_ports, temporary_system

DOCUMENT = ROOT / "docs" / "benchmarks.md"
DELIVERIES = 200
console = Console(highlight=False, soft_wrap=True)


def measure(
    people: Annotated[int, typer.Option(help="How many people to register.")] = 1000,
    rounds: Annotated[
        int, typer.Option(help="Measure messages, queries and the ceiling so often; the median counts.")
    ] = 3,
    document: Annotated[Path, typer.Option(help="Where to write the figures.")] = DOCUMENT,
) -> None:
    """Measure, print, and write the document."""
    if people < 2 * max(CLIENTS):
        raise Problem(f"{max(CLIENTS)} clients need {2 * max(CLIENTS)} people.")
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        results = _measure(Path(folder), people, rounds)
    write_document(document, results)
    console.print(f"written to {document}")


def _measure(folder: Path, people: int, rounds: int) -> Results:
    results = Results(people=people)
    started_at = time.perf_counter()
    with temporary_system(folder) as system:
        results.start_seconds["first start, from nothing to deployed"] = time.perf_counter() - started_at
        results.memory_mib["nobody registered"] = _resident_mib(system.replica)
        port, url = system.addresses.port, system.addresses.replica_url
        results.registrations, identities = runs.register(
            port, system.deployment, people, clients=16, report=console.print
        )
        _say("registrations", 16, results.registrations)
        results.memory_mib[f"{people:,} people registered"] = _resident_mib(system.replica)

        pairs = runs.pairs_of(url, system.deployment, identities[: 2 * max(CLIENTS)])
        found = runs.readable_at_once(url, pairs[0], identities[1], count=DELIVERIES)
        results.readable_at_once = (found, DELIVERIES)
        others = [_one_round(system, pairs, Results()) for _ in range(rounds - 1)]
        _one_round(system, pairs, results).median_with(others)
        results.memory_mib["after all messages"] = _resident_mib(system.replica)
    results.stored_mib = _size_mib(folder)

    started_at = time.perf_counter()
    with temporary_system(folder) as system:
        elapsed = time.perf_counter() - started_at
        results.start_seconds[f"second start with {people:,} people, to the first page and the relay"] = elapsed
        results.memory_mib[f"{people:,} people, after a restart"] = _resident_mib(system.replica)
    return results


def _one_round(system: RunningSystem, pairs: list[Pair], results: Results) -> Results:
    port = system.addresses.port
    for clients in CLIENTS:
        results.messages[clients] = _run("messages", port, clients, runs.message_scripts(port, pairs[:clients]))
        (bare_port,) = free_ports(1)
        with runs.bare_ceiling(bare_port):
            scripts = runs.message_scripts(bare_port, runs.ceiling_pairs(clients))
            results.ceiling[clients] = _run("ceiling", bare_port, clients, scripts)
        scripts = runs.empty_updates_scripts(port, pairs[:clients])
        results.empty_updates[clients] = _run("empty updates", port, clients, scripts)
    return results


def _run(what: str, port: int, clients: int, scripts: list[Script]) -> Figures:
    figures = runs.generate(port, scripts)
    _say(what, clients, figures)
    if figures.failures:
        raise Problem(f"{figures.failures} requests failed, for example: {figures.failure_example}")
    if figures.ran_dry:
        raise Problem(f"{figures.ran_dry} clients ran out of requests before the time was over.")
    return figures


def _say(what: str, clients: int, figures: Figures) -> None:
    console.print(
        f"{what:>14}, {clients:>2} clients: {figures.per_second:>8,.0f}/s, p50 {figures.p50_ms:6.2f} ms, "
        f"p99 {figures.p99_ms:6.2f} ms, generator {figures.cpu_share:.0%} of one processor",
    )


def _resident_mib(service: Service) -> float:
    """Linux only, as the figures are."""
    assert service.process is not None  # noqa: S101  # it is running
    for line in Path(f"/proc/{service.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Problem("The system does not say how much memory a process has.")


def _size_mib(folder: Path) -> float:
    """What the files occupy; the store is sparse."""
    paths = [path for path in DataDirectory(folder).replica.rglob("*") if path.is_file()]
    return sum(path.stat().st_blocks * 512 for path in paths) / 2**20


def main() -> None:
    try:
        typer.run(measure)
    except Problem as problem:
        problem.show(console)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
