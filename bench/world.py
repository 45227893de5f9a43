"""A deployed Parley in this process, without HTTP: what `bench.micro` and `bench.curves` fill and measure.

    world = World.open(folder, clock)                   the core, with the canisters of this repository deployed
    world.registers(2)                                  through the user index, like everybody
    alice, bob = world.people([0, 1])
    world.round([world.message(alice, bob, "hello")])   submit, and as many ticks as it takes

Nothing is put into the store but by canisters that execute messages. Time moves when told, so a run is repeatable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from nacl.signing import SigningKey

from bench.quiet_agent import CoreAgent
from load.arguments import MessageTemplate, username
from parley.deploy import Settings, deploy
from parley.deployment import Deployment
from parley.identity import FastIdentity
from parley.interfaces import ask
from parley.modules import make_modules
from replica.clock import VirtualClock
from replica.execution.kybra_engine import KybraEngine
from replica.principal import Principal
from replica.rng import SeededRng
from replica.routing.config import ReplicaConfig, allow_every_module
from replica.routing.replica import Replica
from replica.routing.requests import CallRequest

OPERATOR: Final = Principal.self_authenticating(b"operator")
RELAY: Final = Principal.self_authenticating(b"relay")
REGISTRATIONS_PER_ROUND: Final = 200
ROUND_SECONDS: Final = 0.005
"""How far the clock moves with each round, about as far as a busy replica's."""
EXPIRY_NS: Final = 240_000_000_000
_REST_SECONDS: Final = 400
"""Longer than a reply is kept, and longer than a request is valid."""
_FORGOTTEN_PER_ROUND: Final = 1_000
_DER_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True, slots=True)
class Someone:
    """A registered person."""

    number: int
    principal: Principal
    user_id: Principal

    @property
    def identity(self) -> FastIdentity:
        return FastIdentity(secret_of(self.number))


@lru_cache(maxsize=10_000)
def template(sender: Someone, recipient: Someone) -> MessageTemplate:
    return MessageTemplate.direct(recipient.user_id, name_of(sender.number))


def message_id(number: int) -> int:
    """Scattered over all ids, as those that clients choose are."""
    return int.from_bytes(sha256(b"message %d" % number).digest()[:8], "big")


def name_of(number: int) -> str:
    """A user name that no other begins with."""
    return f"person_{number:07}"


def secret_of(number: int) -> bytes:
    """The Ed25519 seed of a person."""
    return sha256(b"person %d" % number).digest()


def principal_of(number: int) -> Principal:
    return Principal.self_authenticating(_DER_PREFIX + SigningKey(secret_of(number)).verify_key.encode())


class World:
    """Made by `open`. `core` is replaced by `open_again`; everything else stays."""

    def __init__(self, directory: Path, clock: VirtualClock) -> None:
        self.directory = directory
        self.clock = clock
        self.core = _open_core(directory, clock)
        self.deployment = Deployment()
        self.registered = 0
        self._requests = 0
        self._requests_at_rest = 0
        self._messages = 0

    @classmethod
    def open(cls, directory: Path, clock: VirtualClock) -> World:
        """Begin in `directory`, which is empty, with everything deployed but the web client."""
        world = cls(directory, clock)
        deploy(world.agent(OPERATOR), make_modules(), Settings(RELAY, ""), deployment=world.deployment)
        world.settle()
        return world

    def close(self) -> None:
        self.core.close()

    def agent(self, principal: Principal) -> CoreAgent:
        return CoreAgent(self, principal)

    # -- Messages ----------------------------------------------------------------------------------------------------

    def request(
        self,
        sender: Principal,
        canister_id: Principal,
        method: str,
        arg: bytes,
        effective_canister_id: Principal | None = None,
    ) -> CallRequest:
        """A call as ingress hands it on."""
        target = canister_id if effective_canister_id is None else effective_canister_id
        expiry_ns = self.clock.now_ns() + EXPIRY_NS
        return CallRequest(self.next_request_id(), sender, canister_id, method, arg, expiry_ns, target)

    def next_request_id(self) -> bytes:
        """One that no other request has."""
        self._requests += 1
        return sha256(b"request %d" % self._requests).digest()

    def message(self, sender: Someone, recipient: Someone, text: str) -> CallRequest:
        self._messages += 1
        arg = template(sender, recipient).fill(message_id(self._messages), text)
        return self.request(sender.principal, sender.user_id, "send_message", arg)

    def round(self, requests: Iterable[CallRequest] = (), *, seconds: float = ROUND_SECONDS) -> None:
        """Time passes, `requests` arrive, and they and all that follows from them is executed."""
        self.clock.advance(seconds=seconds)
        for request in requests:
            self.core.submit(request)
        self.settle()

    def rest(self) -> None:
        """Let so much time pass that nothing is remembered of earlier requests."""
        self.clock.advance(seconds=_REST_SECONDS)
        for _ in range(2 + (self._requests - self._requests_at_rest) // _FORGOTTEN_PER_ROUND):
            self.core.tick()
        self.settle()
        self._requests_at_rest = self._requests

    def open_again(self) -> None:
        """Undo `close`."""
        self.core = _open_core(self.directory, self.clock)

    def settle(self) -> None:
        """Tick until nothing is left to do at this time."""
        while self.core.has_work():
            self.core.tick()

    # -- People ------------------------------------------------------------------------------------------------------

    def registers(self, count: int) -> None:
        """Somebody is whoever comes next by number; `person` finds them again."""
        for start in range(self.registered, self.registered + count, REGISTRATIONS_PER_ROUND):
            numbers = range(start, min(start + REGISTRATIONS_PER_ROUND, self.registered + count))
            self.round([self._registration(number) for number in numbers])
        self.registered += count

    def _registration(self, number: int) -> CallRequest:
        arg = username(name_of(number))
        return self.request(principal_of(number), self.deployment["user_index"], "register_user", arg)

    def person(self, number: int) -> Someone:
        principal = principal_of(number)
        current = ask(self.agent(principal), "user_index", self.deployment["user_index"], "current_user")
        return Someone(number, principal, Principal(current["Success"]["user_id"]))

    def people(self, numbers: Sequence[int]) -> list[Someone]:
        return [self.person(number) for number in numbers]


def _open_core(directory: Path, clock: VirtualClock) -> Replica:
    config = ReplicaConfig(is_module_allowed=allow_every_module)
    return Replica.open(directory, engine=KybraEngine(), clock=clock, rng=SeededRng(1), config=config)
