"""What `make bench` found, as a part of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median

from bench.figures import Figures
from bench.group import ADDED_PER_CALL, SUBSCRIBING_CLIENTS, GroupFigures
from bench.peer.server import PACKAGE, VARIABLE
from bench.results import Results, medians, ratios


def render(results: Results, conditions: str) -> str:
    if results.registrations is None:
        raise ValueError("a run without registrations has nothing to say")
    registrations, (readable, asked) = results.registrations, results.readable_at_once
    return f"""{conditions}
{results.seconds:.0f} s per figure after a warm-up, medians of {results.rounds} rounds.

## Messages

`send_message` through HTTP: signature checked, sender's and recipient's canisters updated, committed to disk,
certified. Each client is a person of their own who writes to a person of their own.

| clients | messages/s | p50 ms | p99 ms | ceiling/s | share of the ceiling | generator's CPU |
|---:|---:|---:|---:|---:|---:|---:|
{_message_rows(results)}

Delivery takes the same round: {readable} of {asked} messages could be read in the recipient's canister by the time
their sender had the answer.

Processor time per message, in µs; the process called `replica` executes, its front speaks HTTP and answers queries:

{processor_table(*map(medians, (results.messages, results.ceiling, results.peer_messages)))}

## Queries

`updates` with nothing new, the question that every open client asks most.

| clients | queries/s | p50 ms | p99 ms | generator's CPU |
|---:|---:|---:|---:|---:|
{_query_rows(results)}

## Beside another chat server

{_peer(results)}

## People

| what | measured |
|---|---:|
| registrations per second, 16 clients, each person with a canister of their own | {registrations.per_second:.0f} |
| registration, p50 / p99 | {registrations.p50_ms:.0f} / {registrations.p99_ms:.0f} ms |
| data on disk with {results.people:,} people and the messages above | {results.stored_mib:.0f} MiB |
{_memory_rows(results.memory_mib)}
{_named_rows(results.start_seconds, "", " s", 2)}

{_group(results.group)}
"""


def _peer(results: Results) -> str:
    if not results.peer_name:
        return f"""Not measured in this run. With a Python that has `{PACKAGE}` installed, it is:

```
python3 -m venv /somewhere/else && /somewhere/else/bin/pip install {PACKAGE}
{VARIABLE}=/somewhere/else/bin/python make bench
```"""
    return f"""{results.peer_name} with SQLite in the same run and the same closed loop: a text to a room of one's own
with one other person in it. Rate limits, presence and federation are off, and nobody listens.

| clients | messages/s | p50 ms | p99 ms | Parley's rate is | `sync` with nothing new/s | Parley's `updates` are |
|---:|---:|---:|---:|---:|---:|---:|
{_peer_rows(results)}"""


def _peer_rows(results: Results) -> str:
    rows = []
    faster = ratios(results.messages, results.peer_messages)
    syncs, fresher = medians(results.peer_syncs), ratios(results.empty_updates, results.peer_syncs)
    for clients, run in medians(results.peer_messages).items():
        rows.append(
            f"| {clients} | {run.per_second:,.0f} | {run.p50_ms:,.1f} | {run.p99_ms:,.1f} | {faster[clients]:.1f} × "
            f"| {syncs[clients].per_second:,.0f} | {fresher[clients]:.1f} × |"
        )
    return "\n".join(rows)


def _group(group: GroupFigures | None) -> str:
    if group is None or group.subscriptions is None:
        return ""
    queued = f"{group.median_queued_ms():.0f} / {max(group.queued_ms):.0f} ms"
    answered = f"{median(group.answered_ms):.0f} / {max(group.answered_ms):.0f} ms"
    added_per_second = (group.members - 1) / group.adding_seconds
    return f"""## A group of {group.members:,} members

Everybody is a member and has a push subscription. One message is one stored record, whoever it is for.

| what | measured |
|---|---:|
| a message, until it is queued for {group.recipients:,} people, median / worst of {len(group.queued_ms)} | {queued} |
| the same, until the sender has the answer | {answered} |
| members added per second, {ADDED_PER_CALL} per call, each asked at their own canister | {added_per_second:.0f} |
| push subscriptions per second, {SUBSCRIBING_CLIENTS} clients | {group.subscriptions.per_second:.0f} |"""


def processor_table(*tables: Mapping[int, Figures]) -> str:
    """A row per number of clients, a column per process that was seen in any of them."""
    names = list(dict.fromkeys(name for table in tables for figures in table.values() for name in figures.cpu_micros))
    # The generator is there in every run; the first run's is meant.
    rows = [
        [str(clients), *(_first(name, [table[clients] for table in tables if clients in table]) for name in names)]
        for clients in tables[0]
    ]
    return "\n".join(_row(cells) for cells in (["clients", *names], ["---:"] * (len(names) + 1), *rows))


def _first(name: str, runs: Iterable[Figures]) -> str:
    found = [run.cpu_micros[name] for run in runs if name in run.cpu_micros]
    return f"{found[0]:,.0f}" if found else ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _message_rows(results: Results) -> str:
    rows = []
    ceiling, shares = medians(results.ceiling), results.shares()
    for clients, run in medians(results.messages).items():
        rows.append(
            f"| {clients} | {run.per_second:,.0f} | {run.p50_ms:.1f} | {run.p99_ms:.1f} "
            f"| {ceiling[clients].per_second:,.0f} | {shares[clients]:.0%} | {run.cpu_share:.0%} of one |"
        )
    return "\n".join(rows)


def _query_rows(results: Results) -> str:
    return "\n".join(
        f"| {clients} | {run.per_second:,.0f} | {run.p50_ms:.1f} | {run.p99_ms:.1f} | {run.cpu_share:.0%} of one |"
        for clients, run in medians(results.empty_updates).items()
    )


def _memory_rows(moments: Mapping[str, Mapping[str, float]]) -> str:
    return "\n".join(
        f"| resident memory of the replica, {moment} | {_memory(processes)} |" for moment, processes in moments.items()
    )


def _memory(processes: Mapping[str, float]) -> str:
    """The sum, and what it is the sum of."""
    total = f"{sum(processes.values()):,.0f} MiB"
    if len(processes) == 1:
        return total
    return f"{total} ({', '.join(f'{name} {mib:,.0f}' for name, mib in processes.items())})"


def _named_rows(values: Mapping[str, float], prefix: str, unit: str, digits: int) -> str:
    return "\n".join(f"| {prefix}{name} | {value:,.{digits}f}{unit} |" for name, value in values.items())
