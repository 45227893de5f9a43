"""The commands of `python -m parley`. Each one gathers what it needs and hands over; nothing is decided here."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from parley import canister_commands, operator_commands
from parley.addresses import DEFAULT_HOST, DEFAULT_PORT, DEFAULT_RELAY_PORT, Addresses
from parley.agent import AgentError, AgentRejected, HttpAgent
from parley.deployment import MODULES
from parley.identity import ensure_identity, load_identity
from parley.modules import make_modules, write_modules
from parley.places import BUNDLES, WEB_APP, DataDirectory
from parley.problems import Problem
from parley.running import DEFAULT_DATA, Data, complete_deployment, connect
from parley.version import version

app = typer.Typer(
    help="Parley: a chat in which every person owns a canister.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.add_typer(canister_commands.app, name="canister")
operator_commands.register(app)
console = Console(highlight=False, soft_wrap=True)
_NOT_A_CONTROLLER = "IC0512"
_options: dict[str, bool] = {"verbose": False}


@app.callback()
def options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what is asked, and where errors come from.")
    ] = False,
) -> None:
    """Parley: a chat in which every person owns a canister."""
    _options["verbose"] = verbose
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")


@app.command()
def up(
    data: Data = DEFAULT_DATA,
    host: Annotated[str, typer.Option(help="Listen here; anything but loopback opens it to others.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option(help="Port of the replica.")] = DEFAULT_PORT,
    relay_port: Annotated[int, typer.Option(help="Port of the relay.")] = DEFAULT_RELAY_PORT,
    pool: Annotated[int, typer.Option(help="How many canisters wait for new people.")] = 20,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Serve this name and those below it too; may be repeated.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=2, help="Of the replica; 1 for a machine with one core.")] = 2,
) -> None:
    """Start the replica, deploy what changed, start the relay, and stay until Ctrl-C."""
    from parley.up import UpOptions, up

    directory = DataDirectory(data.resolve())
    options = UpOptions(
        directory,
        Addresses(host, port, relay_port),
        pool,
        is_verbose=_options["verbose"],
        allowed_hosts=tuple(allow_host or ()),
        processes=processes,
    )
    up(options, console)


@app.command()
def deploy(data: Data = DEFAULT_DATA) -> None:
    """Install what is missing in the running replica, and upgrade what changed."""
    from parley.deploy import Settings, deploy
    from parley.vapid import ensure_vapid_key

    with connect(data) as running:
        directory = running.directory
        modules = make_modules()
        write_modules(modules, directory.allowed_modules)
        settings = Settings(
            relay=ensure_identity(directory.identity("relay")).principal,
            vapid_public_key=ensure_vapid_key(directory.vapid_key),
            web_folder=_built_web(),
        )
        deploy(
            running.agent,
            modules,
            settings,
            deployment=running.deployment,
            remember=lambda deployment: deployment.save(directory.deployment),
            report=console.print,
        )


@app.command()
def upgrade(data: Data = DEFAULT_DATA) -> None:
    """The same as `deploy`: both change exactly what differs from this repository."""
    deploy(data)


@app.command()
def publish(
    url: Annotated[str, typer.Option(help="The network, for example https://icp-api.io.")],
    identity: Annotated[Path, typer.Option(help="PEM file of a controller (Ed25519).")],
    ids: Annotated[Path, typer.Option(help="The canister_ids.json that dfx wrote.")],
    user_module: Annotated[Path, typer.Option(help="The compiled user canister, .wasm or .wasm.gz.")],
    group_module: Annotated[Path, typer.Option(help="The compiled group canister.")],
    vapid_public_key: Annotated[str, typer.Option(help="The key browsers subscribe with.")],
    network: Annotated[str, typer.Option(help="The network's name in canister_ids.json.")] = "ic",
) -> None:
    """After `dfx deploy`: give the indexes their modules and upload the web client. See docs/deploy.md."""
    from parley.deploy import Settings, publish
    from parley.deployment import read_dfx_ids
    from parley.modules import read_module

    deployment = read_dfx_ids(ids, network)
    if not deployment.is_complete():
        raise Problem(f"{ids} does not name every canister on {network!r}.", "Run `dfx deploy` first.")
    agent = HttpAgent(url, load_identity(identity))
    modules = {"user": read_module(user_module), "group": read_module(group_module)}
    settings = Settings(
        relay=agent.principal, vapid_public_key=vapid_public_key, environment=network, web_folder=_built_web()
    )
    publish(agent, deployment, modules, settings, report=console.print)


@app.command()
def bundle(
    name: Annotated[str | None, typer.Argument(help="One canister; all of them if left out.")] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """Write bundles to build/bundles/, for the real Kybra, and allow them on the replica."""
    if name is not None:
        _check_name(name)
    modules = make_modules(MODULES if name is None else (name,))
    write_modules(modules, DataDirectory(data.resolve()).allowed_modules)
    for canister, module in modules.items():
        console.print(f"{BUNDLES / canister}  {len(module) / 1024:.0f} KiB")


@app.command()
def new_identity(path: Annotated[Path, typer.Argument(help="The PEM file to write.")]) -> None:
    """Make a key that only you can read, and print its principal."""
    _check_absent(path)
    console.print(ensure_identity(path).principal.text)


@app.command()
def new_vapid_key(path: Annotated[Path, typer.Argument(help="The PEM file to write.")]) -> None:
    """Make a key for Web Push, and print the public half that browsers subscribe with."""
    from parley.vapid import ensure_vapid_key

    _check_absent(path)
    console.print(ensure_vapid_key(path))


@app.command(name="compile")
def compile_(name: Annotated[str, typer.Argument(help="The canister.")]) -> None:
    """Compile a canister to Wasm with the real Kybra; dfx.json calls this."""
    from parley.compile import compile_canister

    _check_name(name)
    console.print(str(compile_canister(name)))


@app.command()
def demo(
    data: Data = DEFAULT_DATA,
    to: Annotated[str | None, typer.Option(help="A user name they also write to: yours, for example.")] = None,
) -> None:
    """Fill the running system with people and talk."""
    from parley.demo import demo
    from parley.people import Refused

    with connect(data) as running:
        deployment = complete_deployment(running.directory)
        try:
            demo(running.url, deployment, running.directory.identities, talk_to=to, report=console.print)
        except Refused as refusal:
            raise Problem(f"A canister refused: {refusal}") from refusal


@app.command()
def check() -> None:
    """Check the canisters' source against what Kybra accepts."""
    from parley.checker.__main__ import main as check_canisters

    raise typer.Exit(check_canisters([]))


@app.command(name="version")
def show_version() -> None:
    """Print the version."""
    console.print(version())


def main() -> None:
    try:
        app()
    except Problem as problem:
        _show(problem)
    except AgentRejected as error:
        _show(Problem(f"The canister or the replica refused: {error}", _advice(error)))
    except AgentError as error:
        _show(Problem(f"The replica refused: {error}", "`python -m parley logs replica` may say more."))
    else:
        return
    raise SystemExit(1)


def _show(problem: Problem) -> None:
    if _options["verbose"]:
        traceback.print_exc()
    problem.show(console)


def _advice(error: AgentRejected) -> str:
    if error.error_code == _NOT_A_CONTROLLER:
        return "`python -m parley canister status` names its controllers; --identity acts as one of them."
    return "`python -m parley logs` with the canister's name may say more."


def _check_absent(path: Path) -> None:
    if path.exists():
        raise Problem(f"{path} exists.", "A key is never overwritten: choose another name.")


def _check_name(name: str) -> None:
    if name not in MODULES:
        raise Problem(f"There is no canister {name!r}.", f"The canisters are: {', '.join(MODULES)}.")


def _built_web() -> Path:
    if not (WEB_APP / "index.html").exists():
        raise Problem("The web client is not built.", "`make web` builds it.")
    return WEB_APP
