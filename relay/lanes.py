"""What waits to be pushed, one lane per push service, and when each lane may go.

A lane that fails rests, longer each time, while the others go on. Everything is bounded: how many pushes are under way
in all and per lane, how many wait per lane and in all. `has_room` tells the processor to stop reading; the canister's
queue is the buffer then, and it holds 100,000.

    open --TryLater--> resting --time--> probing (one at a time) --Delivered--> open
    open --several Unauthorized in a row--> resting for an hour, reported as a problem
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from relay.clock import Clock
from relay.endpoints import host_of
from relay.metrics import Metrics
from relay.outcomes import Delivered, Outcome, Refused, SubscriptionGone, TooLarge, TryLater, Unauthorized
from relay.pusher import SOMETHING_NEW, Pusher
from relay.reader import Subscription

logger = logging.getLogger(__name__)

REST_SECONDS_FIRST: Final = 5.0
REST_SECONDS_MAX: Final = 300.0
ATTEMPTS_MAX: Final = 8
# One subscription made with another key is refused by itself; several in a row mean that our key is wrong.
REFUSALS_BEFORE_REST: Final = 3
REFUSED_REST_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Job:
    subscription: Subscription
    payload: bytes
    expires_at: float
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    in_flight: int = 64
    in_flight_per_lane: int = 16
    waiting: int = 20_000
    waiting_per_lane: int = 5_000
    # Below this many that could go at once, the processor reads more.
    ready: int = 1_000


@dataclass(slots=True)
class Lane:
    host: str
    waiting: deque[Job] = field(default_factory=deque)
    in_flight: int = 0
    rests_until: float = 0.0
    failures: int = 0
    refusals: int = 0

    def is_resting(self, now: float) -> bool:
        return now < self.rests_until

    def is_idle(self, now: float) -> bool:
        return not self.waiting and not self.in_flight and not self.failures and not self.is_resting(now)


class Lanes:
    def __init__(self, pusher: Pusher, clock: Clock, metrics: Metrics, bounds: Bounds = Bounds()) -> None:
        self._pusher = pusher
        self._clock = clock
        self._metrics = metrics
        self._bounds = bounds
        self._lanes: dict[str, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self.gone: set[Subscription] = set()
        self.settled = asyncio.Event()

    def add(self, job: Job) -> None:
        host = host_of(job.subscription.endpoint)
        lane = self._lanes.setdefault(host, Lane(host))
        if self._waiting >= self._bounds.waiting:
            self._metrics.count("overflow")
            return
        if len(lane.waiting) >= self._bounds.waiting_per_lane:
            self._take(lane)
            self._metrics.count("overflow")
        self._put(lane, job)

    def has_room(self) -> bool:
        now = self._clock.now()
        ready = sum(len(lane.waiting) for lane in self._lanes.values() if not lane.is_resting(now))
        return ready < self._bounds.ready and self._waiting < self._bounds.waiting

    def waiting_count(self) -> int:
        return self._waiting

    def in_flight_count(self) -> int:
        return len(self._tasks)

    def problem(self) -> str | None:
        """What an operator should know, or None."""
        now = self._clock.now()
        if refused := sorted(h for h, lane in self._lanes.items() if self._is_refused(lane) and lane.is_resting(now)):
            return f"refused by {', '.join(refused)}: is the VAPID key the one that browsers subscribed with?"
        return None

    def start_due(self) -> None:
        """Start every push that may go now."""
        now = self._clock.now()
        for host in [host for host, lane in self._lanes.items() if lane.is_idle(now)]:
            del self._lanes[host]
        for lane in self._rotation(now):
            job = self._take(lane)
            if job.expires_at <= now:
                self._metrics.count("expired")
                continue
            lane.in_flight += 1
            task = asyncio.create_task(self._push(lane, job))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def seconds_until_due(self) -> float | None:
        """How long until a resting lane may go again; None if nothing waits for time to pass."""
        now = self._clock.now()
        rests = [lane.rests_until - now for lane in self._lanes.values() if lane.waiting and lane.is_resting(now)]
        return min(rests, default=None)

    async def drain(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._tasks)

    def _rotation(self, now: float) -> Iterator[Lane]:
        """Lanes that may start one more, in turns, so that a long lane does not hold up a short one."""
        lanes = deque(lane for lane in self._lanes.values() if not lane.is_resting(now))
        while lanes and len(self._tasks) < self._bounds.in_flight:
            lane = lanes.popleft()
            limit = 1 if lane.failures else self._bounds.in_flight_per_lane
            if lane.waiting and lane.in_flight < limit:
                yield lane
                lanes.append(lane)

    async def _push(self, lane: Lane, job: Job) -> None:
        ttl_seconds = max(1, int(job.expires_at - self._clock.now()))
        try:
            with self._metrics.push_seconds.time():
                outcome = await self._pusher.push(job.subscription, job.payload, ttl_seconds=ttl_seconds)
        except Exception:
            # A bug of ours must not take the other pushes down; the payload is not in the traceback's text.
            logger.exception("a push to %s failed in an unforeseen way", lane.host)
            outcome = Refused("internal error")
        finally:
            lane.in_flight -= 1
            self.settled.set()
        self._settle(lane, job, outcome)

    def _settle(self, lane: Lane, job: Job, outcome: Outcome) -> None:
        self._metrics.count(_NAMES[type(outcome)])
        match outcome:
            case Delivered():
                lane.failures = lane.refusals = 0
            case SubscriptionGone():
                lane.failures = lane.refusals = 0
                self.gone.add(job.subscription)
            case TooLarge():
                if job.payload != SOMETHING_NEW:
                    self._put(lane, replace(job, payload=SOMETHING_NEW))
            case Unauthorized():
                self._refused(lane)
            case TryLater(retry_after_seconds):
                self._rest(lane, retry_after_seconds)
                if job.attempts + 1 < ATTEMPTS_MAX:
                    # Behind the others: one that always fails must not keep the rest from trying.
                    self._put(lane, replace(job, attempts=job.attempts + 1))
            case Refused(reason):
                logger.warning("a push to %s was refused: %s", lane.host, reason)

    def _put(self, lane: Lane, job: Job) -> None:
        lane.waiting.append(job)
        self._waiting += 1
        self._metrics.waiting.set(self._waiting)

    def _take(self, lane: Lane) -> Job:
        self._waiting -= 1
        self._metrics.waiting.set(self._waiting)
        return lane.waiting.popleft()

    def _rest(self, lane: Lane, retry_after_seconds: float | None) -> None:
        now = self._clock.now()
        if retry_after_seconds is not None:
            lane.rests_until = max(lane.rests_until, now + retry_after_seconds)
        # Pushes that were under way together fail together; that is one failure of the service.
        if not lane.is_resting(now):
            lane.failures += 1
            lane.rests_until = now + min(REST_SECONDS_FIRST * 2 ** (lane.failures - 1), REST_SECONDS_MAX)
        logger.info("%s rests for %.0f s", lane.host, lane.rests_until - now)

    def _refused(self, lane: Lane) -> None:
        lane.refusals += 1
        logger.error("%s refuses our VAPID key (%d in a row)", lane.host, lane.refusals)
        if self._is_refused(lane):
            lane.rests_until = self._clock.now() + REFUSED_REST_SECONDS

    @staticmethod
    def _is_refused(lane: Lane) -> bool:
        return lane.refusals >= REFUSALS_BEFORE_REST

    def lanes_by_state(self) -> Counter[str]:
        now = self._clock.now()
        return Counter("resting" if lane.is_resting(now) else "open" for lane in self._lanes.values())


_NAMES: Final[dict[type[Outcome], str]] = {
    Delivered: "delivered",
    SubscriptionGone: "gone",
    TooLarge: "too_large",
    Unauthorized: "unauthorized",
    TryLater: "try_later",
    Refused: "refused",
}
