"""`python -m replica`: run the replica that lives in a data directory, until told to stop.

Everything the process is made of is put together here: the engine, the clock, chance, the allow-list and the HTTP
shell. Exit codes: 0 stopped, 1 a round failed and the state on disk is that of the last commit, 2 cannot start.
"""

from __future__ import annotations

import argparse
import gc
import logging
import sys
import time
from pathlib import Path
from typing import Final

from replica.clock import WallClock
from replica.execution.kybra_engine import KybraEngine
from replica.http.operator.access import OperatorAccess
from replica.http.server import serve
from replica.rng import SystemRng
from replica.routing.config import ReplicaConfig
from replica.routing.outcall_policy import OutcallPattern, OutcallPolicy
from replica.routing.replica import Replica
from replica.state.allow_list import AllowList
from replica.state.directory import DirectoryError
from replica.state.operator_token import write_operator_token
from replica.state.store import StoreError

_CANNOT_START: Final = 2
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
    allow_list = AllowList(arguments.allow_list or arguments.data / "allowed-modules")
    config = ReplicaConfig(
        is_module_allowed=allow_list,
        allow_list_hint=allow_list.hint,
        outcalls=OutcallPolicy(tuple(arguments.allow_outcalls)),
    )
    clock, rng = WallClock(), SystemRng()
    try:
        replica = Replica.open(arguments.data, engine=KybraEngine(), clock=clock, rng=rng, config=config)
    except (DirectoryError, StoreError) as error:
        print(f"The replica cannot start: {error}", file=sys.stderr)
        return _CANNOT_START
    clock.catch_up(replica.time_ns)
    gc.enable()
    website_file = arguments.website or arguments.data / "website"
    token = write_operator_token(arguments.data, rng)
    return serve(
        replica,
        arguments.host,
        arguments.port,
        clock=clock,
        rng=rng,
        website_file=website_file,
        allowed_hosts=frozenset(arguments.allow_host),
        operator=OperatorAccess(token, rng, now_seconds=time.monotonic),
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m replica", description="An embedded Internet Computer.")
    parser.add_argument("--data", type=Path, required=True, help="directory of the replica's state and keys")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="serve NAME and *.NAME too (docs/security.md)"
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
    parser.add_argument("--verbose", action="store_true", help="log more than warnings")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
