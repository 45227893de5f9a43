"""When rounds happen: as soon as there is work, once for everything that arrived together, and when timers are due.

A round begins when a turn of the event loop has brought no request, so one commit and one signature serve all who ask
at about the same time, also those who answer the round before; a single caller waits for one empty turn, which is
microseconds. While a round runs, the next batch collects in the sockets. After a round, everyone whose request it
finished is woken.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from functools import partial
from typing import Final, Protocol

from replica.clock import Clock
from replica.http.core import RoundFailed
from replica.reject import Reject
from replica.routing.rejects import OVERLOADED
from replica.routing.requests import CallRequest

_LONGEST_SLEEP_SECONDS: Final = 1.0
"""A clock that is moved forward is noticed at the latest after this."""
_TURNS_MAX: Final = 8
"""How often arrivals may put off a round, so that it begins even if they never pause."""

_log = logging.getLogger(__name__)


class Rounds(Protocol):
    """What the driver needs of the core."""

    def submit(self, request: CallRequest, *, is_welcome: bool = False) -> None: ...
    def record_refusal(self, request: CallRequest, reject: Reject) -> None: ...
    def tick(self, wanted: Collection[bytes] = ()) -> None: ...
    def has_work(self) -> bool: ...
    def next_timer_ns(self) -> int | None: ...
    def is_finished(self, request_id: bytes) -> bool: ...


Watcher = Callable[[RoundFailed | None], None]
"""Told once: the request is finished (None), or the round failed."""


class RoundDriver:
    def __init__(
        self,
        replica: Rounds,
        clock: Clock,
        *,
        on_failure: Callable[[], None],
        after_round: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_failure` is told when a round failed: the replica must then be opened anew.

        `after_round` is called when a round was committed.
        """
        self._replica = replica
        self._clock = clock
        self._on_failure = on_failure
        self._after_round = after_round
        self._watchers: dict[bytes, list[Watcher]] = {}
        self._round: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._has_arrivals = False  # since the last look at them
        self._turns_left = 0
        self._is_stopped = False

    def start(self) -> None:
        """To be called once the event loop runs: timers and messages may be left from before a restart."""
        self._plan()

    def submit(self, request: CallRequest, *, is_welcome: bool = False) -> None:
        """Hand a request to the core and see to it that a round follows. Raises what `Replica.submit` raises."""
        if self._is_stopped:
            raise RoundFailed("the replica is stopping")
        self._replica.submit(request, is_welcome=is_welcome)
        self._has_arrivals = True
        self._schedule_round()

    def note_refusal(self, request: CallRequest, reject: Reject) -> None:
        """Have a round note that the request was not let in, unless that may be different the next time."""
        if reject.error_code != OVERLOADED:
            self._replica.record_refusal(request, reject)
            self._schedule_round()

    def watch(self, request_id: bytes, watcher: Watcher) -> None:
        """Tell `watcher` once when the request has been answered and certified, or will not be."""
        if self._replica.is_finished(request_id):
            watcher(None)
        else:
            self._watchers.setdefault(request_id, []).append(watcher)

    @property
    def watcher_count(self) -> int:
        return sum(map(len, self._watchers.values()))

    def unwatch(self, request_id: bytes, watcher: Watcher) -> None:
        """`watcher` need not be told any more; it may have been told already."""
        watchers = self._watchers.get(request_id, [])
        if watcher in watchers:
            watchers.remove(watcher)
            if not watchers:
                del self._watchers[request_id]

    def wake(self) -> None:
        """Something came from elsewhere that a round has to look at."""
        self._schedule_round()

    def clock_moved(self) -> None:
        """See whether something is due by now."""
        if self._round is None:
            self._cancel_plans()
            self._plan()

    async def wait_until_finished(self, request_id: bytes, *, timeout_seconds: float) -> bool:
        """Whether the request was answered and certified within the time."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        timeout = loop.call_later(timeout_seconds, _answer, future, False)
        watcher = partial(_finish, future)
        self.watch(request_id, watcher)
        try:
            return await future
        finally:
            timeout.cancel()
            self.unwatch(request_id, watcher)

    def stop(self) -> None:
        """Finish what was accepted, then run no more rounds."""
        self._cancel_plans()
        if not self._is_stopped and self._replica.has_work():
            self._run_round()
        self._is_stopped = True
        self._cancel_plans()

    def _schedule_round(self) -> None:
        if self._round is None and not self._is_stopped:
            self._turns_left = _TURNS_MAX
            self._round = asyncio.get_running_loop().call_soon(self._begin_round)

    def _begin_round(self) -> None:
        if self._has_arrivals and self._turns_left:
            self._has_arrivals = False
            self._turns_left -= 1
            self._round = asyncio.get_running_loop().call_soon(self._begin_round)
        else:
            self._run_round()

    def _run_round(self) -> None:
        self._cancel_plans()
        try:
            self._tick()
        except Exception as error:
            _log.critical("a round failed; the replica stops", exc_info=True)
            self._is_stopped = True
            self._fail_waiting(error)
            self._on_failure()
        else:
            self._plan()

    def _tick(self) -> None:
        self._replica.tick(self._watchers)
        is_finished = self._replica.is_finished
        for request_id in [each for each in self._watchers if is_finished(each)]:
            for watcher in self._watchers.pop(request_id):
                watcher(None)
        self._after_round()

    def _plan(self) -> None:
        """Decide when the next round is due."""
        if self._is_stopped:
            return
        if self._replica.has_work():
            self._schedule_round()
            return
        due_ns = self._replica.next_timer_ns()
        if due_ns is None:
            return
        delay_seconds = max(0.0, (due_ns - self._clock.now_ns()) / 1e9)
        if delay_seconds == 0:
            self._schedule_round()
        else:
            delay_seconds = min(delay_seconds, _LONGEST_SLEEP_SECONDS)
            self._timer = asyncio.get_running_loop().call_later(delay_seconds, self._plan)

    def _cancel_plans(self) -> None:
        if self._round is not None:
            self._round.cancel()
            self._round = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fail_waiting(self, error: Exception) -> None:
        waiting, self._watchers = self._watchers, {}
        for watchers in waiting.values():
            for watcher in watchers:
                watcher(RoundFailed(str(error)))


def _finish(future: asyncio.Future[bool], failure: RoundFailed | None) -> None:
    if failure is None:
        _answer(future, True)
    elif not future.done():
        future.set_exception(failure)


def _answer(future: asyncio.Future[bool], is_finished: bool) -> None:
    if not future.done():
        future.set_result(is_finished)
