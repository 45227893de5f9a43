"""Writes what was measured to `docs/benchmarks.md`, with everything a reader needs to know how far to trust it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.runs import CLIENTS, SECONDS, Figures
from load.report import machine
from parley.places import ROOT


@dataclass(slots=True)
class Results:
    messages: dict[int, Figures] = field(default_factory=dict)
    """`send_message` by number of clients."""
    ceiling: dict[int, Figures] = field(default_factory=dict)
    empty_updates: dict[int, Figures] = field(default_factory=dict)
    registrations: Figures | None = None
    people: int = 0
    readable_at_once: tuple[int, int] = (0, 0)
    memory_mib: dict[str, float] = field(default_factory=dict)
    start_seconds: dict[str, float] = field(default_factory=dict)
    stored_mib: float = 0.0

    def median_with(self, others: list[Results]) -> Results:
        """The run itself, with each figure of the generator replaced by the run that is its median."""
        for name in ("messages", "ceiling", "empty_updates"):
            table: dict[int, Figures] = getattr(self, name)
            for clients in table:
                runs = [getattr(each, name)[clients] for each in (self, *others)]
                table[clients] = sorted(runs, key=lambda run: run.per_second)[len(runs) // 2]
        return self


def write_document(path: Path, results: Results) -> None:
    path.write_text(render(results, machine(), commit(), datetime.now(UTC)))
    raw = ROOT / "build" / "bench.json"
    raw.parent.mkdir(exist_ok=True)
    raw.write_text(json.dumps({"machine": machine(), "commit": commit(), "results": asdict(results)}, indent=2) + "\n")


def render(results: Results, about: Mapping[str, object], commit_id: str, now: datetime) -> str:
    assert results.registrations is not None  # noqa: S101  # a run without them does not come here
    registrations, (readable, asked) = results.registrations, results.readable_at_once
    return f"""# Benchmarks

Written by `make bench` on {now:%Y-%m-%d}, at commit {commit_id}. Do not edit; run it again.

Machine: {about["cpus"]} × {about["processor"]}, {about["memory_gib"]} GiB, {about["system"]}. Python
{about["python"]}, Parley {about["parley"]}. Replica, relay and load generator share it.

Closed loop: each client sends its next request when the last is answered. {SECONDS:.0f} s per figure after a warm-up;
requests are signed beforehand; medians of several runs. Absolute figures move from day to day, ratios within one run
count.

## Messages

`send_message` through HTTP: signature checked, sender's and recipient's canisters updated, committed to disk,
certified. Each client is a person of their own who writes to a person of their own. The ceiling is a server by hand
that checks, stores, signs and answers the same requests and does nothing else (`bench/ceiling.py`).

| clients | messages/s | p50 ms | p99 ms | ceiling/s | share of the ceiling | generator's CPU |
|---:|---:|---:|---:|---:|---:|---:|
{_message_rows(results)}

{readable} of {asked} messages could be read in the recipient's canister by the time their sender had the answer.

## Queries

`updates` with nothing new, the question that every open client asks most.

| clients | queries/s | p50 ms | p99 ms | generator's CPU |
|---:|---:|---:|---:|---:|
{_query_rows(results)}

## People

| what | measured |
|---|---:|
| registrations per second, 16 clients, each person with a canister of their own | {registrations.per_second:.0f} |
| registration, p50 / p99 | {registrations.p50_ms:.0f} / {registrations.p99_ms:.0f} ms |
| data on disk with {results.people:,} people and the messages above | {results.stored_mib:.0f} MiB |
{_named_rows(results.memory_mib, "resident memory of the replica, ", " MiB", 0)}
{_named_rows(results.start_seconds, "", " s", 2)}
"""


def commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _message_rows(results: Results) -> str:
    rows = []
    for clients in CLIENTS:
        run, bare = results.messages[clients], results.ceiling[clients]
        share = run.per_second / bare.per_second
        rows.append(
            f"| {clients} | {run.per_second:,.0f} | {run.p50_ms:.1f} | {run.p99_ms:.1f} "
            f"| {bare.per_second:,.0f} | {share:.0%} | {run.cpu_share:.0%} of one |"
        )
    return "\n".join(rows)


def _query_rows(results: Results) -> str:
    return "\n".join(
        f"| {clients} | {run.per_second:,.0f} | {run.p50_ms:.1f} | {run.p99_ms:.1f} | {run.cpu_share:.0%} of one |"
        for clients, run in results.empty_updates.items()
    )


def _named_rows(values: Mapping[str, float], prefix: str, unit: str, digits: int) -> str:
    return "\n".join(f"| {prefix}{name} | {value:.{digits}f}{unit} |" for name, value in values.items())
