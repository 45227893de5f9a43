"""`python -m load`: finds the running system, lets locust loose on it without its web page, and keeps the report."""

from __future__ import annotations

import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from load.report import Conditions, print_report, write_report
from load.settings import DEFAULT_SECONDS, DEFAULT_SPAWN_RATE, DEFAULT_THINK_SECONDS, DEFAULT_USERS, STEADY, Settings
from parley.addresses import Addresses, is_healthy
from parley.deployment import Deployment
from parley.places import ROOT, DataDirectory
from parley.problems import Problem

REPORTS = ROOT / "build" / "load"
console = Console(highlight=False, soft_wrap=True)


class Shape(StrEnum):
    STEADY = "steady"
    STAIRCASE = "staircase"
    SPIKE = "spike"
    DAY = "day"


def run(
    users: Annotated[int, typer.Option(envvar="LOAD_USERS", help="People at the peak.")] = DEFAULT_USERS,
    seconds: Annotated[int, typer.Option(envvar="LOAD_SECONDS", help="Length of the run.")] = DEFAULT_SECONDS,
    spawn_rate: Annotated[
        float, typer.Option(envvar="LOAD_SPAWN_RATE", help="People who arrive per second.")
    ] = DEFAULT_SPAWN_RATE,
    think_seconds: Annotated[
        float, typer.Option(envvar="LOAD_THINK_SECONDS", help="Mean pause between two actions of a person.")
    ] = DEFAULT_THINK_SECONDS,
    shape: Annotated[Shape, typer.Option(envvar="LOAD_SHAPE", help="See load/shapes.py.")] = Shape.STEADY,
    seed: Annotated[int, typer.Option(envvar="LOAD_SEED", help="Who does what.")] = 1,
    data: Annotated[Path, typer.Option(help="The data directory of the running system.")] = Path("data"),
    start: Annotated[bool, typer.Option("--start", help="Start a system of its own and throw it away after.")] = False,
) -> None:
    """Put load on a running system and report how it bore it."""
    with ExitStack() as stack:
        directory = _temporary_system(stack) if start else DataDirectory(data.resolve())
        addresses = Addresses.load(directory.addresses)
        if not is_healthy(addresses.replica_url):
            raise Problem(
                f"Nothing answers at {addresses.replica_url}.",
                "Start it with `make run` in another terminal, or use `python -m load --start`.",
            )
        deployment = Deployment.load(directory.deployment)
        settings = Settings(
            url=addresses.replica_url,
            user_index=deployment["user_index"],
            run=secrets.token_hex(2),
            users=users,
            seconds=seconds,
            spawn_rate=spawn_rate,
            think_seconds=think_seconds,
            shape=shape.value,
            seed=seed,
        )
        folder = REPORTS / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        folder.mkdir(parents=True)
        started_at = time.monotonic()
        has_failures = _locust(folder, settings)
        conditions = Conditions(settings, _children_cpu_seconds(), time.monotonic() - started_at)
    rows = json.loads((folder / "rows.json").read_text())
    (folder / "rows.json").unlink()
    write_report(folder / "report.json", conditions, rows)
    print_report(rows, conditions, folder, console)
    if has_failures:
        console.print(f"[red]There were failures: {folder / 'report_failures.csv'}[/]")
        raise typer.Exit(1)


def _locust(folder: Path, settings: Settings) -> bool:
    """Run locust; whether any request failed."""
    command = [sys.executable, "-m", "locust", "-f", str(ROOT / "load" / "locustfile.py"), "--headless"]
    command += ["--html", str(folder / "report.html"), "--csv", str(folder / "report")]
    command += ["--only-summary", "--loglevel", "WARNING", "--stop-timeout", "10"]
    if settings.shape == STEADY:
        command += ["--users", str(settings.users), "--spawn-rate", str(settings.spawn_rate)]
        command += ["--run-time", f"{settings.seconds}s"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings.to_environment()}
    environment["LOAD_ROWS"] = str(folder / "rows.json")
    log = folder / "locust.log"
    with log.open("wb") as output, console.status(f"{settings.users} people, {settings.seconds} s, {settings.url}"):
        done = subprocess.run(  # noqa: S603  # our own command
            command, env=environment, cwd=ROOT, check=False, stdout=output, stderr=subprocess.STDOUT
        )
    code = done.returncode
    if code not in (0, 1) or not (folder / "rows.json").exists():
        raise Problem(f"locust ended with {code}.", f"Log: {log}")
    return code == 1


def _temporary_system(stack: ExitStack) -> DataDirectory:
    from parley.temporary import temporary_system

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-load-")))
    return stack.enter_context(temporary_system(folder, console.print)).data


def _children_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    try:
        typer.run(run)
    except Problem as problem:
        problem.show(console)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
