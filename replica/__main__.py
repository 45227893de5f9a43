"""`python -m replica`: run the replica that lives in a data directory, until told to stop.

Everything the processes are made of is put together here: the engine, the clock, chance, the allow-list and the HTTP
shell. Exit codes: 0 stopped, 1 a round failed or HTTP cannot be served and
the state on disk is that of the last commit, 2 cannot start.
"""

from __future__ import annotations

import argparse
import gc
import logging
import socket
import sys
import time
from pathlib import Path
from typing import Any, Final

import uvloop

from replica.certification.keys import NodeKey
from replica.clock import WallClock
from replica.execution.kybra_engine import KybraEngine
from replica.http.access import allowed_host
from replica.http.app import App, create_app
from replica.http.operator.access import OperatorAccess
from replica.http.server import Server, listen, local_url
from replica.principal import Principal, PrincipalError
from replica.processes.core_process import FRONT_ARGUMENT, CoreProcess, FrontProcess
from replica.processes.front import CoreGone, hello_of, inherit
from replica.processes.remote_core import RemoteCore
from replica.rng import SystemRng
from replica.routing.config import ReplicaConfig
from replica.routing.outcall_policy import OutcallPattern, OutcallPolicy
from replica.routing.reader import Reader
from replica.routing.replica import Replica
from replica.state.allow_list import AllowList
from replica.state.directory import DirectoryError
from replica.state.operator_token import write_operator_token
from replica.state.store import StoreError

_CANNOT_START: Final = 2
_DEFAULTS: Final = ReplicaConfig()
# Messages leave little behind that only the cyclic collector finds; full collections would walk every canister.
_GC_THRESHOLDS: Final = (10_000, 20, 100)


def main() -> int:
    arguments = _parse()
    logging.basicConfig(
        level=logging.INFO if arguments.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    gc.set_threshold(*_GC_THRESHOLDS)
    gc.disable()  # until the state is open: what that makes, it keeps
    if arguments.as_front:
        return _run_front(arguments)
    try:
        listening = listen(arguments.host, arguments.port)
    except OSError as error:
        print(f"The replica cannot listen on {arguments.host}, port {arguments.port}: {error}", file=sys.stderr)
        return _CANNOT_START
    return _run_alone(arguments, listening) if arguments.processes == 1 else _run_core(arguments, listening)


def _run_core(arguments: argparse.Namespace, listening: socket.socket) -> int:
    """Rounds here, HTTP in the other process."""
    front = FrontProcess(listening, sys.argv[1:])
    clock = WallClock()
    replica = _open(arguments, clock)
    if replica is None:
        return _CANNOT_START
    token = write_operator_token(arguments.data, SystemRng(), local_url(listening))
    gc.enable()
    gc.collect()
    gc.freeze()
    return uvloop.run(CoreProcess(replica, clock, front, operator_token=token).run())


def _run_front(arguments: argparse.Namespace) -> int:
    clock = WallClock()
    try:
        channel, listening = inherit(arguments.as_front)
        hello = hello_of(channel)
    except CoreGone:
        return _CANNOT_START
    clock.advance(seconds=hello.clock_ahead_ns / 1e9)
    reader = Reader(
        arguments.data,
        NodeKey.from_seed(hello.node_seed),
        engine=KybraEngine(),
        clock=clock,
        config=_config(arguments),
    )
    gc.enable()
    core = RemoteCore(channel, hello, reader, clock, on_lost=lambda: server.stop())
    server = Server(App(core, clock=clock, rng=SystemRng(), **_app_options(arguments, hello.operator_token)))
    server.serve_on(listening)
    return 0


def _run_alone(arguments: argparse.Namespace, listening: socket.socket) -> int:
    """Everything in one process."""
    failed: list[bool] = []
    clock = WallClock()
    replica = _open(arguments, clock)
    if replica is None:
        return _CANNOT_START
    token = write_operator_token(arguments.data, SystemRng(), local_url(listening))
    gc.enable()

    def fail() -> None:
        failed.append(True)
        server.stop()

    options = _app_options(arguments, token)
    server = Server(create_app(replica, clock=clock, rng=SystemRng(), on_failure=fail, **options))
    server.serve_on(listening)
    return 1 if failed else 0


def _open(arguments: argparse.Namespace, clock: WallClock) -> Replica | None:
    config = _config(arguments)
    try:
        replica = Replica.open(arguments.data, engine=KybraEngine(), clock=clock, rng=SystemRng(), config=config)
    except (DirectoryError, StoreError) as error:
        print(f"The replica cannot start: {error}", file=sys.stderr)
        return None
    clock.catch_up(replica.time_ns)
    return replica


def _config(arguments: argparse.Namespace) -> ReplicaConfig:
    allow_list = AllowList(arguments.allow_list or arguments.data / "allowed-modules")
    return ReplicaConfig(
        is_module_allowed=allow_list,
        allow_list_hint=allow_list.hint,
        disk_free_bytes_min=arguments.disk_free_min * 2**20,
        provisional_canisters_max=arguments.provisional_canisters_max,
        outcalls=OutcallPolicy(tuple(arguments.allow_outcalls)),
        subnet_admins=frozenset(arguments.subnet_admin),
    )


def _app_options(arguments: argparse.Namespace, operator_token: str) -> dict[str, Any]:
    return {
        "website_file": arguments.website or arguments.data / "website",
        # Whoever names the host to listen on means to be reached by that name.
        "allowed_hosts": frozenset((*arguments.allow_host, arguments.host)),
        "operator": OperatorAccess(operator_token, SystemRng(), now_seconds=time.monotonic),
    }


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m replica", description="An embedded Internet Computer.")
    parser.add_argument("--data", type=Path, required=True, help="directory of the replica's state and keys")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument(
        "--allow-host",
        type=allowed_host,
        action="append",
        default=[],
        metavar="NAME",
        help="serve NAME and *.NAME too (docs/security.md)",
    )
    parser.add_argument("--allow-list", type=Path, help="hashes of installable modules (default: DATA/allowed-modules)")
    parser.add_argument("--website", type=Path, help="file with the id of the canister that / shows (DATA/website)")
    parser.add_argument(
        "--allow-outcalls",
        type=OutcallPattern.parse,
        action="append",
        default=[],
        metavar="HOST[:PORT]",
        help="let canisters make HTTP requests to this host; may be repeated (default: none)",
    )
    parser.add_argument(
        "--subnet-admin",
        type=_principal,
        action="append",
        default=[],
        metavar="PRINCIPAL",
        help="let this principal list, stop, uninstall and delete all canisters; may be repeated (default: nobody)",
    )
    parser.add_argument(
        "--disk-free-min",
        type=int,
        default=_DEFAULTS.disk_free_bytes_min // 2**20,
        metavar="MIB",
        help="take in no calls with less free on the disk (default: %(default)s; 0: until it is full)",
    )
    parser.add_argument(
        "--provisional-canisters-max",
        type=int,
        default=_DEFAULTS.provisional_canisters_max,
        metavar="COUNT",
        help="create no more canisters with cycles out of nothing once there were so many (default: %(default)s)",
    )
    parser.add_argument(
        "--processes", type=int, choices=(1, 2), default=2, help="2: HTTP and queries in one of their own (default)"
    )
    parser.add_argument(FRONT_ARGUMENT, help=argparse.SUPPRESS)
    parser.add_argument("--verbose", action="store_true", help="log more than warnings")
    return parser.parse_args()


def _principal(text: str) -> Principal:
    try:
        return Principal.from_text(text)
    except PrincipalError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a principal: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
