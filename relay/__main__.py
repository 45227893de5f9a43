"""`python -m relay`: connects the parts and serves until told to stop."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from py_vapid import Vapid02

from parley.agent import HttpAgent
from parley.identity import load_identity
from relay.app import create_app
from relay.clock import WallClock
from relay.cursor import CursorFile
from relay.endpoints import EndpointRule
from relay.lanes import Lanes
from relay.metrics import Metrics
from relay.processor import Pace, Processor
from relay.pusher import WebPusher
from relay.reader import CanisterReader
from replica.principal import Principal


def serve(
    notifications: Annotated[str, typer.Option(help="Id of the notifications canister.")],
    identity: Annotated[Path, typer.Option(help="PEM file of the principal that the canister knows as push service.")],
    vapid_key: Annotated[Path, typer.Option(help="PEM file of the VAPID key.")],
    cursor: Annotated[Path, typer.Option(help="File that remembers how far the relay got.")],
    replica: Annotated[str, typer.Option(help="The replica, or a boundary node.")] = "http://127.0.0.1:8080",
    host: Annotated[str, typer.Option(help="Listen here.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of health and metrics.")] = 8090,
    subject: Annotated[
        str, typer.Option(help="Where push services can reach the operator: mailto: or https.")
    ] = "mailto:operator@localhost",
    poll_seconds: Annotated[float, typer.Option(help="Time between two looks at the queue.")] = 1.0,
    allow_loopback_endpoints: Annotated[
        bool, typer.Option("--allow-loopback-endpoints", help="Development: also push to this machine, over http.")
    ] = False,
) -> None:
    """Take notifications out of the canister and push them to browsers."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # It logs every request with its URL, ours once a second.
    logging.getLogger("httpx").setLevel(logging.WARNING)

    clock, metrics = WallClock(), Metrics()
    vapid = Vapid02.from_pem(vapid_key.read_bytes())
    pusher = WebPusher(vapid, subject=subject, rule=EndpointRule(allow_loopback=allow_loopback_endpoints), clock=clock)
    lanes = Lanes(pusher, clock, metrics)
    reader = CanisterReader(HttpAgent(replica, load_identity(identity)), Principal.from_text(notifications))
    processor = Processor(reader, lanes, CursorFile(cursor), clock, metrics, Pace(poll_seconds=poll_seconds))
    app = create_app(processor, lanes, metrics, lambda: pusher)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    typer.run(serve)
