"""The runs: each one prepares requests, lets the generator send them, and gives back what it counted."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.figures import Figures
from bench.generate import generate
from bench.requests_file import Script, call_path, http_request, query_path
from load.arguments import MessageTemplate, updates_since, username
from load.wire import call_envelope, query_envelope
from parley.agent import HttpAgent
from parley.deployment import Deployment
from parley.identity import FastIdentity
from parley.interfaces import ask
from parley.people import Person
from replica.principal import Principal

CLIENTS: Final = (1, 16, 64)
# More than all clients together can send in the time, so that none runs dry.
_MESSAGES_IN_ALL: Final = {1: 15_000, 16: 60_000, 64: 60_000}
_QUERIES_IN_ALL: Final = 200_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody who writes, and the person they write to."""

    identity: FastIdentity
    user_id: Principal
    peer: Principal


def message_scripts(port: int, pairs: Sequence[Pair], *, in_all: int | None = None) -> list[Script]:
    """For each pair a client that sends one new text after another."""
    count = (in_all or _MESSAGES_IN_ALL[len(pairs)]) // len(pairs)
    return [list(_messages(port, pair, count)) for pair in pairs]


def _messages(port: int, pair: Pair, count: int) -> Iterator[bytes]:
    template = MessageTemplate.direct(pair.peer, "bench")
    path = call_path(pair.user_id)
    for number in range(count):
        arg = template.fill(secrets.randbits(63), f"message {number} of a run that measures how many there can be")
        yield http_request(port, path, call_envelope(pair.identity, pair.user_id, "send_message", arg)[1])


def empty_updates_scripts(port: int, pairs: Sequence[Pair]) -> list[Script]:
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
    requests = [
        update_request(port, identity, user_index, "register_user", username(f"bench_{run}_{number}"))
        for number, identity in enumerate(identities)
    ]
    report(f"registering {count:,} people")
    return send_all(port, requests, clients=clients), identities


def update_request(port: int, identity: FastIdentity, canister_id: Principal, method: str, arg: bytes) -> bytes:
    return http_request(port, call_path(canister_id), call_envelope(identity, canister_id, method, arg)[1])


def send_all(port: int, requests: Sequence[bytes], *, clients: int) -> Figures:
    """Every request once; whichever client is free takes no other's."""
    # Long enough for any rate: the clients stop when they have sent everything.
    return generate(port, [requests[start::clients] for start in range(clients)], seconds=600, warm_up_seconds=0)


def user_ids_of(url: str, deployment: Deployment, identities: Sequence[FastIdentity]) -> list[Principal]:
    """The canister of each person."""
    found = []
    with HttpAgent(url, identities[0]) as agent:
        for identity in identities:
            agent.identity = identity
            current = ask(agent, "user_index", deployment["user_index"], "current_user")
            found.append(Principal(current["Success"]["user_id"]))
    return found


def pairs_of(identities: Sequence[FastIdentity], user_ids: Sequence[Principal]) -> list[Pair]:
    """People two by two: the first of each writes to the second."""
    return [Pair(identities[index], user_ids[index], user_ids[index + 1]) for index in range(0, len(identities) - 1, 2)]


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
