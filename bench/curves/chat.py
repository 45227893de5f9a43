"""Costs in a chat of two that has 100 to 1,000,000 messages, every one of them sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench.curves.costs import Effort, Question, cost_of_queries, cost_of_updates
from bench.curves.curve import Curves
from bench.curves.served import Serve, measure_served
from bench.runs import Pair
from bench.top_up import top_up
from bench.world import OPERATOR, Someone, World
from load.arguments import direct_events, updates_since
from parley.interfaces import ask
from replica.clock import VirtualClock
from replica.principal import Principal
from replica.routing.requests import CallRequest

PAGE: Final = 50
_PER_ROUND: Final = 10
_EFFORT: Final = Effort()
_FILL_PER_ROUND: Final = 400
_FILL_SECONDS: Final = 1.0
"""Of virtual time per round, so that requests of long ago are forgotten while more come."""


class ChatCurve:
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
        self._world.registers(2)
        self._alice, self._bob = self._world.people([0, 1])
        top_up(self._world.agent(OPERATOR), [self._alice.user_id, self._bob.user_id])
        self._sent = 0
        self.curves = Curves("messages in the chat")

    def measure(self, sizes: Sequence[int]) -> Curves:
        for size in sorted(sizes):
            self._fill(size)
            self._measure_core(size)
            self._measure_served(size)
        self._world.close()
        return self.curves

    def _fill(self, size: int) -> None:
        self._report(f"filling the chat up to {size:,} messages")
        while self._sent < size:
            self._world.round(self._batch(min(_FILL_PER_ROUND, size - self._sent)), seconds=_FILL_SECONDS)
        self._check_all_arrived()
        self._world.rest()

    def _batch(self, count: int) -> list[CallRequest]:
        """So many messages, by turns from one and from the other."""
        self._sent += count
        pairs = ((self._alice, self._bob), (self._bob, self._alice))
        return [self._world.message(*pairs[number % 2], f"message {number} of many") for number in range(count)]

    def _measure_core(self, size: int) -> None:
        world, add = self._world, self.curves.add
        sending = cost_of_updates(world, lambda: self._batch(_PER_ROUND), rounds=self._effort.rounds)
        self._check_all_arrived()
        add(size, "send_message, processor", sending.cpu)
        add(size, "send_message, elapsed", sending.wall)
        first, last = direct_events(self._bob.user_id, PAGE, PAGE), direct_events(self._bob.user_id, size, PAGE)
        add(size, f"events, the last {PAGE}", self._ask("events", last))
        add(size, f"events, the first {PAGE}", self._ask("events", first))
        add(size, "updates, nothing new", self._ask("updates", nothing_since(world)))
        add(size, "initial_state", self._ask("initial_state", b"DIDL\x00\x00"))

    def _ask(self, method: str, arg: bytes) -> float:
        question = Question(self._alice.principal, self._alice.user_id, method, arg)
        return cost_of_queries(self._world, [question] * self._effort.questions).cpu

    def _measure_served(self, size: int) -> None:
        world, add = self._world, self.curves.add
        pairs = [_pair(self._alice, self._bob), _pair(self._bob, self._alice)]
        world.rest()
        world.close()
        served = self._serve(world.directory, self._folder / "served", pairs)
        world.open_again()
        add(size, "send_message over HTTP, processor", sum_of_servers(served.messages.cpu_micros))
        add(size, "send_message over HTTP, 2 clients", served.messages.per_second, "/s", is_cost=False)
        add(size, "start to the first query", served.query_seconds, "s", is_cost=False)
        add(size, "resident memory after the start", served.memory_mib, "MiB", is_cost=False)

    def _check_all_arrived(self) -> None:
        """Both sides have every message; figures of a chat that is shorter than it should be are worth nothing."""
        for mine, theirs in ((self._alice, self._bob), (self._bob, self._alice)):
            latest = latest_message_index(self._world, mine, theirs.user_id)
            if latest != self._sent - 1:
                raise AssertionError(f"{self._sent} messages were sent, but the last one has the index {latest}")


def _pair(sender: Someone, recipient: Someone) -> Pair:
    return Pair(sender.identity, sender.user_id, recipient.user_id)


def nothing_since(world: World) -> bytes:
    """The argument of `updates` to which nothing is new; stamps of busy canisters run ahead of the clock."""
    return updates_since(world.clock.now_ns() // 1_000_000 + 3_600_000)


def sum_of_servers(cpu_micros: dict[str, float]) -> float:
    return sum(micros for name, micros in cpu_micros.items() if name != "generator")


def latest_message_index(world: World, reader: Someone, them: Principal) -> int:
    """Of the direct chat of `reader` with `them`."""
    state = ask(world.agent(reader.principal), "user", reader.user_id, "initial_state")["Success"]
    (chat,) = [chat for chat in state["direct_chats"] if chat["them"] == them]
    return int(chat["latest_message"]["event"]["Message"]["message_index"])
