"""What updates and queries cost in the core of a `World`: the same amount of work at every size, in equal rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.world import World
from replica.principal import Principal
from replica.routing.requests import CallRequest, QueryReplied, QueryRequest

PARTS: Final = 5
"""A cost is the median of so many equal parts of a run, so that a neighbour who wakes up does not count."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Microseconds per request."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured at each point."""

    rounds: int = 100
    """Of updates; a multiple of `PARTS`."""
    questions: int = 300
    """Of each query; at least `PARTS`."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query and who asks it."""

    sender: Principal
    canister_id: Principal
    method: str
    arg: bytes


def cost_of_updates(world: World, next_batch: Callable[[], list[CallRequest]], *, rounds: int) -> Cost:
    """Of `rounds` rounds: submitted, executed with all that follows, committed, certified."""
    return _median([_run_rounds(world, next_batch, rounds // PARTS) for _ in range(PARTS)])


def _run_rounds(world: World, next_batch: Callable[[], list[CallRequest]], rounds: int) -> Cost:
    batches = []
    cpu_seconds = wall_seconds = 0.0
    for _ in range(rounds):
        batch = next_batch()
        batches.append(batch)
        cpu_at, wall_at = time.process_time(), time.perf_counter()
        world.round(batch)
        for request in batch:
            world.core.request_certificate(request.request_id)
        cpu_seconds += time.process_time() - cpu_at
        wall_seconds += time.perf_counter() - wall_at
    return _each(cpu_seconds, wall_seconds, sum(map(len, batches)))


def cost_of_queries(world: World, questions: Sequence[Question]) -> Cost:
    """Each is asked once. Raises `AssertionError` if one is rejected."""
    requests = [
        QueryRequest(world.next_request_id(), each.sender, each.canister_id, each.method, each.arg, each.canister_id)
        for each in questions
    ]
    world.core.query(requests[0])
    return _median([_ask(world, requests[start::PARTS]) for start in range(PARTS)])


def _ask(world: World, requests: Sequence[QueryRequest]) -> Cost:
    cpu_at, wall_at = time.process_time(), time.perf_counter()
    replies = [world.core.query(request) for request in requests]
    cpu_seconds, wall_seconds = time.process_time() - cpu_at, time.perf_counter() - wall_at
    if not all(isinstance(reply, QueryReplied) for reply in replies):
        raise AssertionError("a query was rejected")
    return _each(cpu_seconds, wall_seconds, len(requests))


def _each(cpu_seconds: float, wall_seconds: float, count: int) -> Cost:
    return Cost(cpu_seconds / count * 1e6, wall_seconds / count * 1e6)


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.cpu for cost in costs), median(cost.wall for cost in costs))
