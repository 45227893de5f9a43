"""`parley status` and `parley logs`: what a running system says about itself."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
from rich.console import Console

from parley import management
from parley.addresses import Addresses, is_healthy
from parley.agent import Agent
from parley.deployment import CANISTERS, Deployment
from parley.interfaces import ask
from parley.places import DataDirectory
from parley.problems import Problem
from replica.principal import Principal, PrincipalError

PROCESSES = ("replica", "relay")


def print_status(agent: Agent, deployment: Deployment, addresses: Addresses, console: Console) -> None:
    console.print(f"Chat     {addresses.canister_url(deployment['website'])}")
    console.print(
        f"Replica  {addresses.replica_url}  {_health(is_healthy(addresses.replica_url))}",
    )
    console.print(f"Relay    {addresses.relay_url}  {_relay_health(addresses)}")
    _print_canisters(agent, deployment, console)
    users = ask(agent, "user_index", deployment["user_index"], "metrics")
    groups = ask(agent, "group_index", deployment["group_index"], "metrics")
    console.print(
        f"{users['users']} people, {groups['public_groups']} public and {groups['private_groups']} private groups; "
        f"{users['canisters_in_pool']} user and {groups['canisters_in_pool']} group canisters wait in the pools",
    )
    for what, metrics in (("user", users), ("group", groups)):
        if metrics["upgrades_pending"] or metrics["upgrades_failed"]:
            console.print(
                f"upgrades of {what} canisters: {metrics['upgrades_pending']} pending, "
                f"{metrics['upgrades_completed']} done, {metrics['upgrades_failed']} failed"
            )


def print_logs(agent: Agent, deployment: Deployment, data: DataDirectory, name: str, console: Console) -> None:
    """The log of a canister (by name or id), or of a process."""
    if name in PROCESSES:
        path = data.logs / f"{name}.log"
        console.print(path.read_text(errors="replace") if path.exists() else "", markup=False, end="")
        return
    for timestamp_ns, text in management.fetch_logs(agent, _canister(deployment, name)):
        moment = datetime.fromtimestamp(timestamp_ns / 1e9, UTC).isoformat(timespec="milliseconds")
        console.print(f"{moment}  {text}", markup=False)


def _canister(deployment: Deployment, name: str) -> Principal:
    if name in deployment.canisters:
        return deployment[name]
    try:
        return Principal.from_text(name)
    except PrincipalError:
        known = ", ".join((*PROCESSES, *CANISTERS))
        raise Problem(f"There is no {name!r}.", f"Give a canister id or one of: {known}.") from None


def _print_canisters(agent: Agent, deployment: Deployment, console: Console) -> None:
    for name in CANISTERS:
        status = management.canister_status(agent, deployment[name])
        module = bytes(status["module_hash"] or b"").hex()
        line = (
            f"{name:<14} {deployment[name].text}  {next(iter(status['status'])):<8} module {module[:12] or 'none':<12} "
            f"{status['cycles'] / 1e12:>14,.1f} T cycles {status['memory_size'] / 1024:>10,.0f} KiB"
        )
        console.print(line)


def _relay_health(addresses: Addresses) -> str:
    try:
        answer = httpx.get(f"{addresses.relay_url}/health", timeout=2, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return _health(False)
    return f"[yellow]{answer.get('detail')}[/]" if answer.get("status") != "ok" else _health(True)


def _health(is_well: bool) -> str:
    return "[green]healthy[/]" if is_well else "[red]does not answer[/]"
