"""What runs without anybody asking: timers that are due, and heartbeats.

A timer is taken out of its table before it runs, so a trap costs this run only; an interval is armed anew first. Timers
of a canister that is stopped wait for its start, those of one without cycles for a minute.
"""

from __future__ import annotations

from typing import Final

from replica.execution.system_api import Context, Heartbeat, Timer
from replica.management import prices, upkeep
from replica.principal import MANAGEMENT, Principal
from replica.routing.calls import Calls
from replica.routing.messages import HeartbeatTask, TimerTask
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState
from replica.state.timers import ArmedTimer

_TIMERS_PER_ROUND_MAX: Final = 500
_FROZEN_TIMER_DELAY_NS: Final = 60_000_000_000


class Tasks:
    def __init__(self, state: ReplicatedState, calls: Calls, *, heartbeat_interval_seconds: float) -> None:
        self._state = state
        self._calls = calls
        # NOT LIKE THE IC: about once a second, not in every round, of which there may be hundreds.
        self._heartbeat_interval_ns = int(heartbeat_interval_seconds * 1_000_000_000)
        self._heartbeat_at_ns = 0
        self._queued: set[tuple[Principal, int]] = set()  # timers that wait for their turn, by canister and id

    def next_due_ns(self) -> int | None:
        timer_ns = self._state.timers.next_due_ns()
        if not self._state.heartbeats:
            return timer_ns
        return self._heartbeat_at_ns if timer_ns is None else min(timer_ns, self._heartbeat_at_ns)

    def due(self) -> list[TimerTask | HeartbeatTask]:
        """What is due in the round that begins."""
        now_ns = self._calls.now_ns
        due: list[TimerTask | HeartbeatTask] = []
        due += map(TimerTask, self._newly_due(now_ns))
        if self._state.heartbeats and now_ns >= self._heartbeat_at_ns:
            self._heartbeat_at_ns = now_ns + self._heartbeat_interval_ns
            due += (HeartbeatTask(canister_id) for canister_id in sorted(self._state.heartbeats))
        return due

    def _newly_due(self, now_ns: int) -> list[ArmedTimer]:
        """Without those of earlier rounds, which ended before it was their turn: they are still in the queue."""
        timers = self._state.timers.due(now_ns, _TIMERS_PER_ROUND_MAX)
        new = [timer for timer in timers if (timer.canister_id, timer.timer_id) not in self._queued]
        self._queued.update((timer.canister_id, timer.timer_id) for timer in new)
        return new

    def fire(self, task: TimerTask) -> None:
        timer, timers = task.timer, self._state.timers
        self._queued.discard((timer.canister_id, timer.timer_id))
        canister = self._state.canisters.get(timer.canister_id)
        if canister is None or not timers.take(canister, timer):
            return
        if canister.status != "running":
            timers.park(canister, timer)
            return
        if not self._can_pay(canister):
            timers.rearm(canister, timer, self._calls.now_ns + _FROZEN_TIMER_DELAY_NS)
            return
        if timer.interval_seconds is not None:
            timers.rearm(canister, timer, self._calls.now_ns + max(timer.interval_seconds, 1) * 1_000_000_000)
        self._calls.run_task(canister, Context.TIMER, Timer(timer.function), canister.id)

    def beat(self, task: HeartbeatTask) -> None:
        canister = self._state.canisters.get(task.canister_id)
        if canister is None or canister.status != "running":
            return
        if self._can_pay(canister) and canister.has_heartbeat:
            self._calls.run_task(canister, Context.HEARTBEAT, Heartbeat(), MANAGEMENT)

    def _can_pay(self, canister: Canister) -> bool:
        if upkeep.is_due(canister, self._calls.now_ns):
            self._calls.pay_upkeep(canister)
        return canister.balance >= prices.EXECUTION + prices.freezing_limit(canister)
