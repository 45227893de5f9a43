"""`parley status` and `parley logs`: what a running system says about itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console

from parley.addresses import Addresses
from parley.deployment import Deployment
from parley.figures import cycles, duration, moment, size, visible
from parley.interfaces import ask
from parley.places import DataDirectory
from parley.running import Running

PROCESSES: Final = ("replica", "relay")

_FOLLOW_SECONDS: Final = 0.5


def print_status(running: Running, console: Console) -> None:
    """What runs where; the replica's figures; the canisters of Parley, if they are deployed. Eighty columns wide."""
    deployment = running.deployment
    addresses = Addresses.load(running.directory.addresses)
    figures = running.operator.status()
    console.print(f"Replica  {running.url:<28} [green]healthy[/], for {duration(figures['uptime_seconds'])}")
    if deployment.is_complete():
        console.print(f"Relay    {addresses.relay_url:<28} {_relay_health(addresses)}")
        console.print(f"Chat     {addresses.canister_url(deployment['website'])}")
    console.print("Inside   `python -m parley dashboard` shows canisters, interfaces and logs\n")
    _print_figures(figures, console)
    if deployment.is_complete():
        _print_canisters(running, console)
        _print_people(running, deployment, console)


def _print_figures(figures: dict[str, Any], console: Console) -> None:
    queues = figures["queues"]
    waiting = f"{queues['arrivals'] + queues['messages']:,} messages, {queues['open_calls']:,} calls"
    cells = [
        ("Canisters", f"{figures['canisters']:,}"),
        ("Memory", size(figures["resident_bytes"])),
        ("Rounds", f"{figures['rounds']:,}"),
        ("State", f"{size(figures['state_bytes'])} on disk"),
        ("Cycles", cycles(figures["cycles"])),
        ("Waiting", waiting),
    ]
    for (name, value), (other_name, other_value) in zip(cells[::2], cells[1::2], strict=True):
        console.print(f"{name:<10} {value:<26} {other_name:<8} {other_value}")
    console.print(f"{'Time':<10} {moment(figures['clock_ns'])}\n")


def _print_canisters(running: Running, console: Console) -> None:
    console.print(f"{'':<14} {'id':<27} {'status':<8} {'memory':>9} {'cycles':>16}", style="dim")
    for name, canister_id in running.deployment.canisters.items():
        about = running.operator.canister(canister_id)
        line = f"{name:<14} {about['id']:<27} {about['status']:<8} "
        console.print(line + f"{size(about['memory_bytes']):>9} {cycles(about['cycles']):>16}")


def _print_people(running: Running, deployment: Deployment, console: Console) -> None:
    users = ask(running.agent, "user_index", deployment["user_index"], "metrics")
    groups = ask(running.agent, "group_index", deployment["group_index"], "metrics")
    console.print(
        f"\n{users['users']} people, {groups['public_groups']} public and {groups['private_groups']} private groups.\n"
        f"{users['canisters_in_pool']} user and {groups['canisters_in_pool']} group canisters wait in the pools.",
    )
    for what, metrics in (("user", users), ("group", groups)):
        if metrics["upgrades_pending"] or metrics["upgrades_failed"]:
            console.print(
                f"Upgrades of {what} canisters: {metrics['upgrades_pending']} pending, "
                f"{metrics['upgrades_completed']} done, {metrics['upgrades_failed']} failed."
            )


def _relay_health(addresses: Addresses) -> str:
    try:
        answer = httpx.get(f"{addresses.relay_url}/health", timeout=2, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return "[red]does not answer[/]"
    return f"[yellow]{answer.get('detail')}[/]" if answer.get("status") != "ok" else "[green]healthy[/]"


# -- Logs ------------------------------------------------------------------------------------------------------------


def print_process_log(data: DataDirectory, name: str, console: Console, *, follow: bool) -> None:
    for text in followed(_file_reader(data.logs / f"{name}.log"), follow=follow):
        console.print(visible(text), markup=False, end="")


def print_canister_log(running: Running, name: str, console: Console, *, follow: bool) -> None:
    for line in followed(_log_reader(running, name), follow=follow):
        console.print(visible(line), markup=False)


def followed(
    read: Callable[[], list[str]], *, follow: bool, wait: Callable[[], None] = lambda: time.sleep(_FOLLOW_SECONDS)
) -> Iterator[str]:
    """What `read` has that is new; with `follow`, again and again."""
    yield from read()
    while follow:
        wait()
        yield from read()


def _log_reader(running: Running, name: str) -> Callable[[], list[str]]:
    canister_id = running.canister(name)
    first = 0

    def read() -> list[str]:
        nonlocal first
        records = running.operator.logs(canister_id, first=first)
        first = records[-1]["index"] + 1 if records else first
        return [f"{moment(record['time_ns'])}  {record['text']}" for record in records]

    return read


def _file_reader(path: Path) -> Callable[[], list[str]]:
    position = 0

    def read() -> list[str]:
        nonlocal position
        if not path.exists():
            return []
        if path.stat().st_size < position:  # it was begun anew
            position = 0
        with path.open("rb") as file:
            file.seek(position)
            content = file.read()
            position = file.tell()
        return [content.decode(errors="replace")] if content else []

    return read
