"""Commands for whoever runs a replica: how it is, what it logged, its clock, its dashboard, its backups."""

from __future__ import annotations

import contextlib
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from parley.figures import moment, parse_duration, size
from parley.places import DataDirectory
from parley.running import DEFAULT_DATA, Data, connect

console = Console(highlight=False, soft_wrap=True)
time_app = typer.Typer(help="The clock of the running replica.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    for command in (status, logs, dashboard, backup, restore):
        app.command()(command)
    app.add_typer(time_app, name="time")


def status(data: Data = DEFAULT_DATA) -> None:
    """Say what runs, where, and how it is."""
    from parley.status import print_status

    with connect(data) as running:
        print_status(running, console)


def logs(
    canister: Annotated[str, typer.Argument(help="A canister's name or id, or `replica` or `relay`.")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is logged from now on.")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Print what a canister or a process logged."""
    from parley.status import PROCESSES, print_canister_log, print_process_log

    with contextlib.suppress(KeyboardInterrupt):
        if canister in PROCESSES:
            print_process_log(DataDirectory(data.resolve()), canister, console, follow=follow)
        else:
            with connect(data) as running:
                print_canister_log(running, canister, console, follow=follow)


def dashboard(
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False, data: Data = DEFAULT_DATA
) -> None:
    """Print a link to the replica's dashboard. It signs a browser in, once, within a minute."""
    with connect(data) as running:
        link = running.operator.dashboard_link()
        console.print(link, markup=False)
        if open_ and not webbrowser.open(link):
            console.print("There is no browser to open it with.", style="yellow")


def backup(file: Annotated[Path, typer.Argument(help="The file to write.")], data: Data = DEFAULT_DATA) -> None:
    """Write everything to one file, while the replica runs or when it is stopped."""
    from parley.backups import back_up, describe

    manifest = back_up(DataDirectory(data.resolve()), file.resolve())
    console.print(f"{file} holds, {size(file.stat().st_size)} in all:\n{describe(manifest)}", markup=False)
    console.print("Who reads it has all of these keys: keep it as safe as the directory itself.", style="yellow")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `parley backup` wrote.")], data: Data = DEFAULT_DATA
) -> None:
    """Make a data directory from a backup. Use your own only: it holds code that will run with your rights."""
    from parley.backups import bring_back, describe

    directory = DataDirectory(data.resolve())
    manifest = bring_back(file.resolve(), directory)
    console.print(f"{data} holds now:\n{describe(manifest)}", markup=False)
    start = "replica" if directory.replica == directory.path else "parley up"
    console.print(f"Start it with `python -m {start} --data {data}`.", markup=False)
    console.print("It has the keys of the one that was saved: let only one of the two go on.", style="yellow")


@time_app.command()
def advance(
    duration: Annotated[str, typer.Argument(help="How far: 90s, 5m, 2h30m, 1d, 1w.")], data: Data = DEFAULT_DATA
) -> None:
    """Move the replica's clock forward, for good: timers that become due fire."""
    seconds = parse_duration(duration)
    with connect(data) as running:
        now_ns = running.operator.advance_time(seconds)
        console.print(f"It is {moment(now_ns)} now.")
        console.print(
            "Pages follow this once; reload those that were open when you moved it before.",
            style="yellow",
        )
