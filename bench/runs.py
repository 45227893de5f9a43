"""The runs: each one prepares requests, lets the generator send them, and gives back what it counted."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.requests_file import Script, call_path, http_request, query_path, write_scripts
from load.arguments import MessageTemplate, updates_since, username
from load.wire import call_envelope, query_envelope
from parley.agent import HttpAgent
from parley.deployment import Deployment
from parley.identity import FastIdentity
from parley.interfaces import ask
from parley.people import Person
from parley.places import ROOT
from replica.principal import Principal

SECONDS: Final = 5.0
WARM_UP_SECONDS: Final = 1.0
CLIENTS: Final = (1, 16, 64)
# More than a client can send in the time, so that it never runs dry.
_REQUESTS_IN_ALL: Final = {1: 15_000, 16: 80_000, 64: 90_000}
_QUERIES_IN_ALL: Final = 120_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of the generator counted."""

    per_second: float
    p50_ms: float
    p99_ms: float
    failures: int
    failure_example: str
    ran_dry: int
    cpu_share: float
    count: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody who writes, and the person they write to."""

    identity: FastIdentity
    user_id: Principal
    peer: Principal


def generate(
    port: int, scripts: list[Script], *, seconds: float = SECONDS, warm_up_seconds: float = WARM_UP_SECONDS
) -> Figures:
    """Send `scripts`, one client each."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        path = Path(folder) / "scripts"
        write_scripts(path, scripts)
        command = [sys.executable, "-m", "bench.generator", str(port), str(warm_up_seconds), str(seconds), str(path)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  # our own command
    return Figures(**json.loads(done.stdout))


def message_scripts(port: int, pairs: list[Pair]) -> list[Script]:
    """For each pair a client that sends one new text after another."""
    count = _REQUESTS_IN_ALL[len(pairs)] // len(pairs)
    return [list(_messages(port, pair, count)) for pair in pairs]


def _messages(port: int, pair: Pair, count: int) -> Iterator[bytes]:
    template = MessageTemplate.direct(pair.peer, "bench")
    path = call_path(pair.user_id)
    for number in range(count):
        arg = template.fill(secrets.randbits(63), f"message {number} of a run that measures how many there can be")
        yield http_request(port, path, call_envelope(pair.identity, pair.user_id, "send_message", arg)[1])


def empty_updates_scripts(port: int, pairs: list[Pair]) -> list[Script]:
    """For each pair a client that asks again and again whether there is anything new, and there is not."""
    arg = updates_since(int(time.time() * 1000) + 60_000)
    count = _QUERIES_IN_ALL // len(pairs)
    return [
        [http_request(port, query_path(pair.user_id), query_envelope(pair.identity, pair.user_id, "updates", arg))]
        * count
        for pair in pairs
    ]


def register(
    port: int, deployment: Deployment, count: int, *, clients: int, report: Callable[[str], None]
) -> tuple[Figures, list[FastIdentity]]:
    """Register `count` people with `clients` clients. The rate is over all of them: the run ends with the last one."""
    identities = [FastIdentity(os.urandom(32)) for _ in range(count)]
    user_index, run = deployment["user_index"], secrets.token_hex(2)
    path = call_path(user_index)
    requests = []
    for number, identity in enumerate(identities):
        body = call_envelope(identity, user_index, "register_user", username(f"bench_{run}_{number}"))[1]
        requests.append(http_request(port, path, body))
    report(f"registering {count} people")
    # Long enough for any rate: the clients stop when they have sent everything.
    figures = generate(port, [requests[start::clients] for start in range(clients)], seconds=600, warm_up_seconds=0)
    if figures.failures:
        raise RuntimeError(f"{figures.failures} registrations failed: {figures.failure_example}")
    return figures, identities


def pairs_of(url: str, deployment: Deployment, identities: list[FastIdentity]) -> list[Pair]:
    """People two by two: the first of each writes to the second."""
    user_ids = [_user_id(url, deployment, identity) for identity in identities]
    return [Pair(identities[index], user_ids[index], user_ids[index + 1]) for index in range(0, len(identities) - 1, 2)]


def _user_id(url: str, deployment: Deployment, identity: FastIdentity) -> Principal:
    with HttpAgent(url, identity) as agent:
        current = ask(agent, "user_index", deployment["user_index"], "current_user")
        return Principal(current["Success"]["user_id"])


@contextmanager
def bare_ceiling(port: int) -> Iterator[None]:
    """The server of `bench.ceiling`, for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="parley-ceiling-") as folder:
        command = [sys.executable, "-m", "bench.ceiling", str(port), folder]
        server = subprocess.Popen(command, cwd=ROOT)  # noqa: S603  # our own command
        try:
            _wait_for_port(port)
            yield
        finally:
            server.terminate()
            server.wait()


def ceiling_pairs(count: int) -> list[Pair]:
    """People who exist only as keys; the ceiling asks for no more."""
    return [
        Pair(FastIdentity(os.urandom(32)), Principal.from_counter(index), Principal.from_counter(index + 1000))
        for index in range(count)
    ]


def readable_at_once(url: str, pair: Pair, reader: FastIdentity, *, count: int) -> int:
    """How many of `count` messages the recipient could read when the sender had their answer."""
    deployment = Deployment()
    sender = Person(HttpAgent(url, pair.identity), deployment, "bench", pair.user_id)
    recipient = Person(HttpAgent(url, reader), deployment, "bench", pair.peer)
    found = 0
    for _ in range(count):
        sent = sender.sends(pair.peer, "is it there yet?")
        found += recipient.latest_event_index(pair.user_id) >= sent["event_index"]
    return found


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")
