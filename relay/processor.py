"""The relay's loop, one `turn` at a time: return dead subscriptions, read what is new, start what may go.

The cursor moves when notifications are in the lanes, and is on disk before the next page is read. A canister that does
not answer is asked again later and later; `problem` says so meanwhile, and nothing else stops.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from relay.clock import Clock
from relay.cursor import CursorDamaged, CursorFile
from relay.lanes import Job, Lanes
from relay.metrics import Metrics
from relay.reader import Notification, Page, Reader

logger = logging.getLogger(__name__)

RETRY_SECONDS_MAX: Final = 30.0


@dataclass(frozen=True, slots=True)
class Pace:
    poll_seconds: float = 1.0
    prune_seconds: float = 60.0
    ttl_seconds: float = 24 * 3600.0


class Processor:
    def __init__(
        self, reader: Reader, lanes: Lanes, cursor: CursorFile, clock: Clock, metrics: Metrics, pace: Pace = Pace()
    ) -> None:
        self._reader = reader
        self._lanes = lanes
        self._cursor_file = cursor
        self._clock = clock
        self._metrics = metrics
        self._pace = pace
        self._cursor: int | None = None
        self._pruned_up_to = 0
        self._next_poll_at = 0.0
        self._next_prune_at = clock.now() + pace.prune_seconds
        self._failures = 0
        self._failure: str | None = "the canister has not answered yet"

    @property
    def cursor(self) -> int | None:
        return self._cursor

    def problem(self) -> str | None:
        """Why the relay is not well, or None."""
        return self._failure or self._lanes.problem()

    async def run(self) -> None:
        """Turn for ever; end by cancelling."""
        while True:
            await self.turn()
            delay = self._seconds_to_wait()
            self._lanes.settled.clear()
            try:
                # A push that ends makes room for the next.
                await asyncio.wait_for(self._lanes.settled.wait(), delay)
            except TimeoutError:
                continue

    async def turn(self) -> None:
        if self._clock.now() >= self._next_poll_at:
            await self._talk_to_canister()
        self._lanes.start_due()

    async def _talk_to_canister(self) -> None:
        """Canister calls block, so each runs in a worker thread; meanwhile pushes go on."""
        try:
            await self._find_cursor()
            await self._return_gone()
            await self._read()
            await self._prune()
        except Exception as error:
            # Whatever keeps the canister from answering, the way on is the same: wait and ask again.
            self._failures += 1
            is_ours = isinstance(error, CursorDamaged)
            self._failure = str(error) if is_ours else f"the notifications canister does not answer: {error}"
            self._metrics.polls.labels("failed").inc()
            delay = min(self._pace.poll_seconds * 2**self._failures, RETRY_SECONDS_MAX)
            self._next_poll_at = self._clock.now() + delay
            logger.warning("%s; next try in %.0f s", self._failure, delay)
            return
        if self._failures:
            logger.info("the notifications canister answers again")
        self._failures, self._failure = 0, None
        self._next_poll_at = self._clock.now() + self._pace.poll_seconds
        self._metrics.polls.labels("ok").inc()
        self._metrics.last_poll.set(self._clock.now())

    async def _find_cursor(self) -> None:
        """On the first contact: where we were, or the latest index, since nobody wants last month's messages."""
        if self._cursor is not None:
            return
        latest = await asyncio.to_thread(self._reader.latest_index)
        stored = self._cursor_file.load()
        if stored is None or stored > latest:
            # Greater than the latest means that the canister was installed anew and counts from the beginning.
            logger.info("starting at notification %d", latest)
            self._cursor_file.store(latest)
            stored = latest
        self._set_cursor(stored)

    async def _return_gone(self) -> None:
        gone = set(self._lanes.gone)
        if not gone:
            return
        await asyncio.to_thread(self._reader.remove, gone)
        # Only now: if the call failed, they are returned with the next ones.
        self._lanes.gone -= gone
        logger.info("%d dead subscriptions removed", len(gone))

    async def _read(self) -> None:
        while self._cursor is not None and self._lanes.has_room():
            first = self._cursor + 1
            page = await asyncio.to_thread(self._reader.read, first)
            if not page.notifications:
                return
            for notification in page.notifications:
                self._hand_over(notification, page)
            self._metrics.notifications.inc(len(page.notifications))
            newest = max(notification.index for notification in page.notifications)
            self._cursor_file.store(newest)
            self._set_cursor(newest)
            self._lanes.start_due()

    def _hand_over(self, notification: Notification, page: Page) -> None:
        expires_at = notification.timestamp_ms / 1000 + self._pace.ttl_seconds
        for user_id in notification.recipients:
            for subscription in page.subscriptions.get(user_id, ()):
                if subscription not in self._lanes.gone:
                    self._lanes.add(Job(subscription, notification.payload, expires_at))

    async def _prune(self) -> None:
        now, cursor = self._clock.now(), self._cursor
        if now < self._next_prune_at or cursor is None:
            return
        if cursor > self._pruned_up_to:
            await asyncio.to_thread(self._reader.prune, cursor)
            self._pruned_up_to = cursor
        self._next_prune_at = now + self._pace.prune_seconds

    def _set_cursor(self, index: int) -> None:
        self._cursor = index
        self._metrics.cursor.set(index)

    def _seconds_to_wait(self) -> float:
        until_poll = max(0.0, self._next_poll_at - self._clock.now())
        until_due = self._lanes.seconds_until_due()
        return until_poll if until_due is None else min(until_poll, max(0.0, until_due))
