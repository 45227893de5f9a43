"""Costs in a world of 10 to 100,000 people, every one of them registered and with a canister of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import cycle, pairwise
from pathlib import Path
from typing import Final

from bench.curves.chat import latest_message_index, nothing_since, sum_of_servers
from bench.curves.costs import Effort, Question, cost_of_queries, cost_of_updates
from bench.curves.curve import Curves
from bench.curves.served import Serve, measure_served
from bench.runs import Pair
from bench.world import REGISTRATIONS_PER_ROUND, Someone, World, name_of
from load.arguments import search
from parley.interfaces import interface
from parley.problems import Problem
from replica.clock import VirtualClock
from replica.routing.requests import CallRequest

WRITERS_MAX: Final = 2_000
"""Who writes at a point: as many people as there are or this many, spread evenly over all."""
_PER_ROUND: Final = 10
_EFFORT: Final = Effort()
_SERVED_CLIENTS: Final = 4

Link = tuple[Someone, Someone]


class PeopleCurve:
    def __init__(
        self,
        folder: Path,
        clock: VirtualClock,
        report: Callable[[str], None],
        serve: Serve = measure_served,
        effort: Effort = _EFFORT,
    ) -> None:
        """`serve` measures a copy of the world as a process."""
        self._folder = folder
        self._serve = serve
        self._effort = effort
        self._report = report
        self._world = World.open(folder / "world", clock)
        self.curves = Curves("people")

    def measure(self, sizes: Sequence[int]) -> Curves:
        sizes = sorted(sizes)
        if any(larger - smaller < REGISTRATIONS_PER_ROUND for smaller, larger in pairwise(sizes)):
            raise Problem(f"Numbers of people must be {REGISTRATIONS_PER_ROUND} apart.")
        for size in sizes:
            self._report(f"registering up to {size:,} people")
            self._world.registers(size - self._world.registered)
            self._world.rest()
            writers = self._writers(size)
            self._measure_served(size, writers)
            self._measure_core(size, writers)
            self._measure_registration(size)
        self._world.close()
        return self.curves

    def _writers(self, size: int) -> list[Someone]:
        count = min(size, WRITERS_MAX)
        return self._world.people([number * size // count for number in range(count)])

    def _measure_core(self, size: int, writers: list[Someone]) -> None:
        world, add = self._world, self.curves.add
        # A ring: everybody has two chats, with the one before and the one after.
        links = list(zip(writers, writers[1:] + writers[:1], strict=True))
        for start in range(0, len(links), _PER_ROUND):
            world.round([world.message(*link, "hello") for link in links[start : start + _PER_ROUND]])
        sending = cost_of_updates(world, _Turns(world, links).next_batch, rounds=self._effort.rounds)
        _check_arrived(world, links, self._effort.rounds * _PER_ROUND)
        add(size, "send_message, processor", sending.cpu)
        add(size, "send_message, elapsed", sending.wall)
        self._measure_queries(size, writers)

    def _measure_queries(self, size: int, writers: list[Someone]) -> None:
        user_index, add = self._world.deployment["user_index"], self.curves.add
        turns = [writer for writer, _ in zip(cycle(writers), range(self._effort.questions), strict=False)]
        own = {
            "updates, nothing new": ("updates", nothing_since(self._world)),
            "initial_state": ("initial_state", b"DIDL\x00\x00"),
        }
        for name, (method, arg) in own.items():
            questions = [Question(each.principal, each.user_id, method, arg) for each in turns]
            add(size, name, cost_of_queries(self._world, questions).cpu)
        of_index = {
            "user_index.user, by name": ("user", _by_name),
            "user_index.search, one exact name": ("search", lambda each: search(name_of(each.number))),
        }
        for name, (method, make_arg) in of_index.items():
            questions = [Question(each.principal, user_index, method, make_arg(each)) for each in turns]
            add(size, name, cost_of_queries(self._world, questions).cpu)

    def _measure_registration(self, size: int) -> None:
        """By the next round of people, who count for the next size."""
        cpu_at = time.process_time()
        self._world.registers(REGISTRATIONS_PER_ROUND)
        cpu_seconds = time.process_time() - cpu_at
        self.curves.add(size, "registration, processor", cpu_seconds / REGISTRATIONS_PER_ROUND * 1e6)

    def _measure_served(self, size: int, writers: list[Someone]) -> None:
        """In the world before anybody wrote, so that all canisters but a few are idle."""
        world, add = self._world, self.curves.add
        some = writers[: 2 * _SERVED_CLIENTS]
        pairs = [
            Pair(sender.identity, sender.user_id, peer.user_id)
            for sender, peer in zip(some[::2], some[1::2], strict=True)
        ]
        world.close()
        served = self._serve(world.directory, self._folder / "served", pairs)
        world.open_again()
        add(size, "send_message over HTTP, processor", sum_of_servers(served.messages.cpu_micros))
        add(size, f"send_message over HTTP, {_SERVED_CLIENTS} clients", served.messages.per_second, "/s", is_cost=False)
        add(size, "start to `status`", served.status_seconds, "s", is_cost=False)
        add(size, "start to the first query", served.query_seconds, "s", is_cost=False)
        add(size, "resident memory after the start", served.memory_mib, "MiB", is_cost=False)


class _Turns:
    """Each link in turn sends a message."""

    def __init__(self, world: World, links: Sequence[Link]) -> None:
        self._world = world
        self._links = cycle(links)

    def next_batch(self) -> list[CallRequest]:
        return [self._world.message(*next(self._links), "it is my turn") for _ in range(_PER_ROUND)]


def _check_arrived(world: World, links: Sequence[Link], sent: int) -> None:
    """The one who wrote last was read by their peer: the message that opened the chat and all their turns."""
    sender, recipient = links[(sent - 1) % len(links)]
    expected = 1 + (sent - 1) // len(links)
    if latest_message_index(world, recipient, sender.user_id) < expected:
        raise AssertionError(f"{recipient.number} has not got what {sender.number} wrote")


def _by_name(someone: Someone) -> bytes:
    arg: bytes = interface("user_index").encode_args("user", {"user_id": None, "username": name_of(someone.number)})
    return arg
