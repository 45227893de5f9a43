"""`parley up`: from nothing, or from yesterday's data, to a running system.

    keys -> replica -> modules -> deploy what differs -> relay -> addresses -> watch until told to stop

The modules are made while the replica starts. Whatever was deployed before and has not changed is left alone, which is
what makes a second start quick.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import httpx
from rich.console import Console

from parley.addresses import Addresses, check_ports_are_free, is_healthy
from parley.agent import HttpAgent
from parley.deploy import Settings, deploy
from parley.deployment import Deployment, replace_file
from parley.identity import ensure_identity
from parley.modules import make_modules, write_modules
from parley.places import WEB_APP, DataDirectory
from parley.problems import Problem
from parley.processes import Service, stop_all, supervise, wait_until
from parley.vapid import ensure_vapid_key

START_SECONDS_MAX = 60.0
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class UpOptions:
    data: DataDirectory
    addresses: Addresses
    pool_target: int
    is_verbose: bool = False
    allowed_hosts: tuple[str, ...] = ()
    """Names under which the replica is reached besides those of this machine."""
    processes: int = 2
    """Of the replica: 1, or 2 with HTTP and queries in one of their own."""


def up(options: UpOptions, console: Console) -> None:
    """Start everything, print where it is, and stay until Ctrl-C or SIGTERM."""
    if not (WEB_APP / "index.html").exists():
        raise Problem("The web client is not built.", "`make web` builds it; `make run` does that by itself.")
    check_ports_are_free(options.addresses)
    options.data.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    stop = _stop_on_signals()
    services: list[Service] = []
    try:
        deployment = start(options, services, _Steps(console).report)
        if stop.is_set():
            return
        _print_welcome(console, options.addresses, deployment)
        supervise(services, stop, lambda text: console.print(f"[yellow]{text}"))
    finally:
        if services:
            console.print("stopping")
        stop_all(services)


def start(options: UpOptions, services: list[Service], report: Callable[[str], None]) -> Deployment:
    """Start replica and relay, appending each to `services` as it starts, so that the caller can stop what runs."""
    data, addresses = options.data, options.addresses
    deployer = ensure_identity(data.identity("deployer"))
    relay_identity = ensure_identity(data.identity("relay"))
    vapid_public_key = ensure_vapid_key(data.vapid_key)

    replica = replica_service(options)
    services.append(replica)
    replica.start()
    deployment = Deployment.load(data.deployment)
    relay = None
    if deployment.is_complete():
        # It waits for the replica by itself, so it need not wait for the deployment.
        relay = _start_relay(data, addresses, deployment, services)
    modules = make_modules()
    write_modules(modules, data.allowed_modules)
    wait_until(lambda: is_healthy(addresses.replica_url), replica, timeout_seconds=START_SECONDS_MAX)
    report(f"replica on {addresses.replica_url}")

    settings = Settings(
        relay=relay_identity.principal,
        vapid_public_key=vapid_public_key,
        web_folder=WEB_APP,
        pool_target=options.pool_target,
    )
    with HttpAgent(addresses.replica_url, deployer) as agent:
        deploy(
            agent,
            modules,
            settings,
            deployment=deployment,
            remember=lambda deployment: deployment.save(data.deployment),
            report=report,
        )
    replace_file(data.website, deployment["website"].text.encode())
    report("canisters deployed")

    relay = relay or _start_relay(data, addresses, deployment, services)
    wait_until(lambda: _relay_answers(addresses), relay, timeout_seconds=START_SECONDS_MAX)
    report(f"relay on {addresses.relay_url}")
    addresses.save(data.addresses)
    return deployment


def _start_relay(data: DataDirectory, addresses: Addresses, deployment: Deployment, services: list[Service]) -> Service:
    relay = relay_service(data, addresses, deployment)
    services.append(relay)
    relay.start()
    return relay


def replica_service(options: UpOptions) -> Service:
    data, addresses = options.data, options.addresses
    arguments = ["replica", "--data", str(data.replica), "--host", addresses.host, "--port", str(addresses.port)]
    arguments += ["--allow-list", str(data.allowed_modules), "--website", str(data.website)]
    arguments += ["--processes", str(options.processes)]
    arguments += ["--verbose"] if options.is_verbose else []
    for name in options.allowed_hosts:
        arguments += ["--allow-host", name]
    return Service("replica", arguments, data.logs / "replica.log")


def relay_service(data: DataDirectory, addresses: Addresses, deployment: Deployment) -> Service:
    arguments = ["relay", "--replica", addresses.replica_url, "--notifications", deployment["notifications"].text]
    arguments += ["--identity", str(data.identity("relay")), "--vapid-key", str(data.vapid_key)]
    arguments += ["--cursor", str(data.relay_cursor), "--host", addresses.host, "--port", str(addresses.relay_port)]
    if addresses.host in LOOPBACK_HOSTS:
        # Push endpoints on this machine exist in development only.
        arguments.append("--allow-loopback-endpoints")
    return Service("relay", arguments, data.logs / "relay.log")


class _Steps:
    """Prints each step with the seconds since the start."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started_at = time.monotonic()

    def report(self, text: str) -> None:
        seconds = time.monotonic() - self._started_at
        self._console.print(f"[green]✓[/] {text} [dim]{seconds:.1f} s[/]")


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # asked twice: do not wait for whatever is under way
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop


def _relay_answers(addresses: Addresses) -> bool:
    try:
        httpx.get(f"{addresses.relay_url}/health", timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return True


def _print_welcome(console: Console, addresses: Addresses, deployment: Deployment) -> None:
    console.print(
        f"""
[bold]Parley is running.[/]

  Chat        [bold]{addresses.canister_url(deployment["website"])}[/]
  Dashboards  {addresses.canister_url("<user canister id>", "/canister-dashboard")}
  Replica     {addresses.replica_url}
  Relay       {addresses.relay_url}/health

`make demo` fills it with people and talk, `make load` with load. `python -m parley dashboard` shows what is inside.
Ctrl-C stops it; the data stays.
"""
    )
    if addresses.host not in LOOPBACK_HOSTS:
        warning = f"It listens on {addresses.host}: everybody who can reach this machine can use it."
        console.print(warning, style="yellow")
