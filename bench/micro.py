"""What one message costs, by part: `python -m bench.micro`. For whoever tunes the replica; `make bench` is for users.

Everything happens in this process and one thread, through the core, as a round of a busy replica does it: check the
envelopes of all clients, execute, commit, certify, write the answers. Clock, keys, ids and texts are always the same,
so two runs of one version do the same work, and end in the same state, whose digest is printed: a change that is only
to be faster leaves it alone.

Three passes over equal rounds: timed with nothing in the way; sampled, which says what share each part has; counted,
which says how many function calls each part makes.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import cbor2
import typer
from ic.agent import sign_request
from rich.console import Console

from bench.parts import OTHER, PLACES, place_of
from bench.sampling import Calls, Samples
from bench.world import EXPIRY_NS, ROUND_SECONDS, Someone, World, secret_of
from parley.identity import FastIdentity
from replica.certification.plain_cbor import SELF_DESCRIBE_TAG
from replica.clock import VirtualClock
from replica.ingress.gate import admit_call
from replica.principal import Principal
from replica.routing.requests import CallRequest

WARM_UP_ROUNDS: Final = 10
COUNTED_ROUNDS: Final = 3
# Those of the replica's own process.
_GC_THRESHOLDS: Final = (10_000, 20, 100)
console = Console(highlight=False, soft_wrap=True)

Signed = tuple[Principal, bytes]
"""The canister in the URL, and the body."""


@dataclass(slots=True)
class Steps:
    """Seconds by step of a round, over all rounds."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    messages: int = 0

    def add(self, step: str, started_at: float) -> float:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - started_at
        return now


class Workload:
    """`clients` people, each of whom sends one message per round to a person of their own."""

    def __init__(self, world: World, clients: int) -> None:
        world.registers(2 * clients)
        people = world.people(range(2 * clients))
        self.world = world
        self._senders = people[:clients]
        self._templates = [sender.writes_to(peer) for sender, peer in zip(self._senders, people[clients:], strict=True)]
        self._identities = [FastIdentity(secret_of(sender.number)) for sender in self._senders]
        self._message_ids = 0

    def run(self, rounds: int, watch: AbstractContextManager[object] | None = None) -> Steps:
        """So many rounds, signed before `watch` begins."""
        batches = [self._sign_round(after=number) for number in range(1, rounds + 1)]
        steps = Steps()
        cpu_at = time.process_time()
        with watch or nullcontext():
            for batch in batches:
                self.world.clock.advance(seconds=ROUND_SECONDS)
                one_round(self.world, batch, steps)
        steps.cpu_seconds = time.process_time() - cpu_at
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
    started_at = time.perf_counter()
    calls = [admit_call(body, target, now_ns=now_ns, root_key_der=core.root_key_der) for target, body in batch]
    started_at = steps.add("check envelopes", started_at)
    for call in calls:
        core.submit(call)
    started_at = steps.add("submit", started_at)
    while core.has_work():
        core.tick()
    started_at = steps.add("rounds", started_at)
    for call in calls:
        encode_answer(certified(world, call))
    steps.add("certificates and answers", started_at)
    steps.messages += len(calls)


def certified(world: World, call: CallRequest) -> bytes:
    if not world.core.is_finished(call.request_id):
        raise AssertionError("a message was not answered in its round")
    return world.core.request_certificate(call.request_id)


def encode_answer(certificate: bytes) -> bytes:
    """As `replica.http.api` does."""
    return SELF_DESCRIBE_TAG + cbor2.dumps({"status": "replied", "certificate": certificate})


# -- The table -------------------------------------------------------------------------------------------------------


def micro(
    clients: Annotated[int, typer.Option(help="Messages per round, each from a person of their own.")] = 64,
    messages: Annotated[int, typer.Option(help="How many to time, and again how many to sample.")] = 6400,
    functions: Annotated[int, typer.Option(help="Also list so many of the functions with the largest share.")] = 0,
) -> None:
    """What one message costs in the core, by part."""
    gc.set_threshold(*_GC_THRESHOLDS)
    with tempfile.TemporaryDirectory(prefix="parley-micro-") as folder:
        world = World.open(Path(folder), VirtualClock())
        workload = Workload(world, clients)
        workload.run(WARM_UP_ROUNDS)
        gc.collect()
        gc.freeze()
        rounds = max(1, messages // clients)
        timed = workload.run(rounds)
        samples, calls = Samples(), Calls()
        workload.run(rounds, samples)
        counted = workload.run(COUNTED_ROUNDS, calls)
        digest = world.core.state_digest()
        world.close()
    _print_steps(timed, clients)
    _print_parts(timed, samples, calls, counted.messages)
    if functions:
        _print_functions(timed, samples, functions)
    console.print(f"\nstate {digest.hex()[:16]}")


def _print_steps(timed: Steps, clients: int) -> None:
    console.print(f"{timed.messages:,} messages, {clients} per round; µs per message\n")
    for step, seconds in timed.seconds.items():
        console.print(f"  {step:<40}{_each(seconds, timed):>9.1f}")
    total = sum(timed.seconds.values())
    console.print(f"  {'all':<40}{_each(total, timed):>9.1f}   processor {_each(timed.cpu_seconds, timed):.1f}\n")


def _print_parts(timed: Steps, samples: Samples, calls: Calls, counted: int) -> None:
    total = sum(timed.seconds.values())
    console.print(f"  {'part':<40}{'µs':>9}{'share':>8}{'calls':>9}")
    for part in (*PLACES, OTHER):
        share = samples.parts[part] / max(1, samples.count)
        micros = _each(total * share, timed)
        console.print(f"  {part:<40}{micros:>9.1f}{share:>8.1%}{calls.parts[part] / counted:>9.1f}")
    console.print(f"  {'all':<40}{_each(total, timed):>9.1f}{'':>8}{calls.parts.total() / counted:>9.1f}")
    console.print(f"\n  {samples.count:,} samples: a share of 5 % is known to within {_uncertainty(samples.count):.1%}")


def _print_functions(timed: Steps, samples: Samples, count: int) -> None:
    total = sum(timed.seconds.values())
    console.print(f"\n  {'µs':>7}  function, with the C it calls")
    for (part, code), seen in samples.functions.most_common(count):
        console.print(f"  {_each(total * seen / samples.count, timed):>7.1f}  {place_of(code)}  ({part})", markup=False)


def _each(seconds: float, timed: Steps) -> float:
    return seconds / timed.messages * 1e6


def _uncertainty(samples: int) -> float:
    """Two standard deviations of a share of 5 %."""
    return float(2 * (0.05 * 0.95 / max(1, samples)) ** 0.5)


if __name__ == "__main__":
    typer.run(micro)
