"""The messages of `bench.micro`, executed in this process and one thread, as a round of a busy replica executes them.

Check the envelopes of all clients, execute, commit, certify, write the answers; no sockets, and no channel between a
front and the core. Clock, keys, ids and texts are always the same, so two runs of one version do the same work and end
in the same state: a change that is only to be faster leaves the digest of the state alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import cbor2
from ic.agent import sign_request

from bench.world import EXPIRY_NS, ROUND_SECONDS, Someone, World, template
from replica.certification.plain_cbor import SELF_DESCRIBE_TAG
from replica.ingress.gate import admit_call
from replica.principal import Principal
from replica.routing.requests import CallRequest

Signed = tuple[Principal, bytes]
"""The canister in the URL, and the body."""


@dataclass(slots=True)
class Steps:
    """Seconds by step of a round, over all rounds."""

    elapsed: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    messages: int = 0
    _marks: tuple[float, float] = (0.0, 0.0)

    def begin(self) -> None:
        """The first step of a round begins."""
        self._marks = time.perf_counter(), time.process_time()

    def end(self, step: str) -> None:
        """`step` is done, and the next one begins."""
        elapsed, processor = self._marks
        self.begin()
        self.elapsed[step] = self.elapsed.get(step, 0.0) + self._marks[0] - elapsed
        self.processor[step] = self.processor.get(step, 0.0) + self._marks[1] - processor


class Workload:
    """`clients` people, each of whom sends one message per round to a person of their own."""

    def __init__(self, world: World, clients: int) -> None:
        world.registers(2 * clients)
        people = world.people(range(2 * clients))
        self.world = world
        self._senders = people[:clients]
        self._templates = [template(sender, peer) for sender, peer in zip(self._senders, people[clients:], strict=True)]
        self._identities = [sender.identity for sender in self._senders]
        self._message_ids = 0

    def run(self, rounds: int, watch: AbstractContextManager[object] | None = None) -> Steps:
        """So many rounds, signed before `watch` begins."""
        batches = [self._sign_round(after=number) for number in range(1, rounds + 1)]
        steps = Steps()
        with watch or nullcontext():
            for batch in batches:
                self.world.clock.advance(seconds=ROUND_SECONDS)
                one_round(self.world, batch, steps)
        return steps

    def _sign_round(self, *, after: int) -> list[Signed]:
        now_ns = self.world.clock.now_ns() + int(after * ROUND_SECONDS * 1e9)
        return [self._sign(index, sender, now_ns) for index, sender in enumerate(self._senders)]

    def _sign(self, index: int, sender: Someone, now_ns: int) -> Signed:
        self._message_ids += 1
        content = {
            "request_type": "call",
            "sender": bytes(sender.principal),
            "canister_id": bytes(sender.user_id),
            "method_name": "send_message",
            "arg": self._templates[index].fill(
                self._message_ids, f"message {self._message_ids} of a run that measures"
            ),
            "ingress_expiry": now_ns + EXPIRY_NS,
            "nonce": self._message_ids.to_bytes(16, "big"),
        }
        return sender.user_id, sign_request(content, self._identities[index])[1]


def one_round(world: World, batch: Iterable[Signed], steps: Steps) -> None:
    core, now_ns = world.core, world.clock.now_ns()
    steps.begin()
    calls = [admit_call(body, target, now_ns=now_ns, root_key_der=core.root_key_der) for target, body in batch]
    steps.end("check envelopes")
    for call in calls:
        core.submit(call)
    steps.end("submit")
    while core.has_work():
        core.tick()
    steps.end("rounds")
    for call in calls:
        encode_answer(certified(world, call))
    steps.end("certificates and answers")
    steps.messages += len(calls)


def certified(world: World, call: CallRequest) -> bytes:
    if not world.core.is_finished(call.request_id):
        raise AssertionError("a message was not answered in its round")
    return world.core.request_certificate(call.request_id)


def encode_answer(certificate: bytes) -> bytes:
    """As `replica.http.api` does."""
    return SELF_DESCRIBE_TAG + cbor2.dumps({"status": "replied", "certificate": certificate})
