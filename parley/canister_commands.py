"""`python -m parley canister ...`: look at canisters, call them, make and change them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from parley import canisters, management
from parley.figures import cycles, moment, parse_cycles, size
from parley.management import InstallMode
from parley.problems import Problem
from parley.running import DEFAULT_DATA, Data, Identity, connect
from replica.candid.did import print_did

app = typer.Typer(help="Look at canisters, call them, make and change them.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True, markup=False)

Canister = Annotated[str, typer.Argument(help="An id, or a name such as user_index.")]
Method = Annotated[str, typer.Argument(help="The method.")]
Argument = Annotated[
    str | None, typer.Argument(help="""Values as Candid: '("alice", 1)'. `-` reads them from standard input.""")
]
LIST_MAX = 1_000


@app.command(name="list")
def list_(
    search: Annotated[str, typer.Argument(help="Part of a name or id, a module hash, or a status.")] = "",
    limit: Annotated[int, typer.Option(help="Show at most so many.")] = LIST_MAX,
    data: Data = DEFAULT_DATA,
) -> None:
    """All canisters, or those that match."""
    with connect(data) as running:
        names = {canister_id.text: name for name, canister_id in running.deployment.canisters.items()}
        console.print(f"{'id':<27}  {'name':<14}  {'status':<8}  {'memory':>9}  {'cycles':>16}", style="dim")
        shown = 0
        for canister in running.operator.canisters(search):
            if shown == limit:
                console.print("... and more; --limit shows them, a search finds them.", style="dim")
                return
            shown += 1
            name = names.get(canister["id"], canister["name"]) or "(empty)"
            line = f"{canister['id']:<27}  {name:<14.14}  {canister['status']:<8}  "
            console.print(line + f"{size(canister['memory_bytes']):>9}  {cycles(canister['cycles']):>16}")
        if not shown:
            raise Problem(f"No canister matches {search!r}." if search else "There is no canister.")


@app.command()
def status(canister: Canister, data: Data = DEFAULT_DATA) -> None:
    """What one canister is and has."""
    with connect(data) as running:
        about = running.operator.canister(running.canister(canister))
        lines = {
            "Id": about["id"],
            "Name": about["name"] or "(empty)",
            "Status": about["status"],
            "Module": about["module_hash"] or "none",
            "Installed": moment(about["installed_at_ns"]) if about["installed_at_ns"] else "never",
            "Version": f"{about['version']:,}",
            "Memory": f"{size(about['memory_bytes'])}, {about['map_entries']:,} entries in stable maps",
            "Cycles": cycles(about["cycles"]),
            "Controllers": "\n            ".join(about["controllers"]) or "nobody",
        }
        for name, value in lines.items():
            console.print(f"{name:<12}{value}")


@app.command()
def candid(canister: Canister, data: Data = DEFAULT_DATA) -> None:
    """The interface that a canister publishes."""
    with connect(data) as running:
        interface = canisters.published_interface(running.agent, running.canister(canister))
        if interface is None:
            raise Problem(
                "The canister publishes no interface.", "It may have no code: `python -m parley canister status`."
            )
        console.print(print_did(interface), end="")


@app.command()
def call(
    canister: Canister,
    method: Method,
    argument: Argument = None,
    update: Annotated[bool, typer.Option("--update", help="Run a query method in a round, certified.")] = False,
    identity: Identity = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Call a method: as a query if it is declared as one, else as an update."""
    with connect(data, identity) as running:
        how: canisters.How = "update" if update else "as declared"
        print(canisters.call(running.agent, running.canister(canister), method, _given(argument), how=how))


@app.command()
def query(
    canister: Canister,
    method: Method,
    argument: Argument = None,
    identity: Identity = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Ask a query method; the canister refuses other methods."""
    with connect(data, identity) as running:
        print(canisters.call(running.agent, running.canister(canister), method, _given(argument), how="query"))


@app.command()
def create(
    cycles: Annotated[str, typer.Option(help="What it starts with, out of nothing: 10T, 500B.")] = "100T",
    identity: Identity = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make an empty canister, and print its id."""
    with connect(data, identity) as running:
        print(management.create_canister(running.agent, cycles=parse_cycles(cycles)).text)


@app.command()
def install(
    canister: Canister,
    module: Annotated[Path, typer.Argument(help="A Kybra entry file (.py), a bundle (.tar.gz) or a .wasm.")],
    argument: Annotated[str | None, typer.Option(help="Values for `init`, as Candid.")] = None,
    mode: Annotated[str, typer.Option(help="install, reinstall or upgrade.")] = "install",
    root: Annotated[Path | None, typer.Option(help="Where imports start, if not beside the entry.")] = None,
    identity: Identity = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Run code in a canister. What you install runs with your rights on this machine."""
    with connect(data, identity) as running:
        code = canisters.read_code(module, root)
        canister_id = running.canister(canister)
        canisters.install(running.agent, canister_id, code, argument, _mode(mode), running.directory.allowed_modules)
        console.print(f"{canister_id.text} runs {module.name}, {len(code) / 1024:.0f} KiB")


@app.command()
def start(canister: Canister, identity: Identity = None, data: Data = DEFAULT_DATA) -> None:
    """Let a stopped canister take messages again."""
    with connect(data, identity) as running:
        management.start_canister(running.agent, running.canister(canister))


@app.command()
def stop(canister: Canister, identity: Identity = None, data: Data = DEFAULT_DATA) -> None:
    """Let a canister finish what it began, and take no more messages."""
    with connect(data, identity) as running:
        management.stop_canister(running.agent, running.canister(canister))


@app.command()
def delete(
    canister: Canister,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    identity: Identity = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Delete a stopped canister with everything in it, for ever."""
    with connect(data, identity) as running:
        canister_id = running.canister(canister)
        if not yes:
            typer.confirm(f"Delete {canister_id.text} and everything in it?", abort=True)
        management.delete_canister(running.agent, canister_id)


def _given(argument: str | None) -> str | None:
    return sys.stdin.read() if argument == "-" else argument


def _mode(text: str) -> InstallMode:
    match text:
        case "install" | "reinstall" | "upgrade":
            return text
    raise Problem(f"There is no mode {text!r}.", "The modes are: install, reinstall, upgrade.")
