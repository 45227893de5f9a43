"""Rounds: what is taken in, in which order it runs, and when a round has done enough.

A round takes arrivals and due tasks into one queue and works through it, first in first out, until it is empty or a
bound is met. Calls that messages make join the queue behind, so a call between canisters is normally answered within
its round. What is left over stays queued for the next round.
"""

from __future__ import annotations

from collections import deque

from replica.reject import Reject
from replica.routing import rejects
from replica.routing.calls import Calls
from replica.routing.config import ReplicaConfig
from replica.routing.disk_floor import DiskFloor
from replica.routing.ingress_history import IngressHistory
from replica.routing.message_api import System
from replica.routing.messages import (
    CallResponse,
    CallTimeout,
    CanisterCall,
    HeartbeatTask,
    IngressCall,
    OutcallEnd,
    TimerTask,
)
from replica.routing.outcalls import Outcalls
from replica.routing.sweep import Sweep
from replica.routing.tasks import Tasks


class Scheduler:
    def __init__(
        self,
        system: System,
        calls: Calls,
        tasks: Tasks,
        outcalls: Outcalls,
        history: IngressHistory,
        config: ReplicaConfig,
    ) -> None:
        self._system = system
        self._calls = calls
        self._tasks = tasks
        self._outcalls = outcalls
        self._history = history
        self._config = config
        self._disk_floor = DiskFloor(system.state.store, config.disk_free_bytes_min)
        self._sweep = Sweep(system.state.canisters)
        self._arrivals: deque[IngressCall] = deque()
        self._refusals: list[tuple[IngressCall, Reject]] = []
        self._handlers = {
            IngressCall: calls.start_ingress,
            CanisterCall: calls.start_call,
            CallResponse: calls.deliver,
            CallTimeout: calls.time_out,
            TimerTask: tasks.fire,
            HeartbeatTask: tasks.beat,
            OutcallEnd: outcalls.end,
        }

    def check_capacity(self) -> None:
        """Raises `Reject` if no more ingress can wait, or be kept."""
        self._disk_floor.check()
        if len(self._arrivals) >= self._config.arrivals_max:
            raise rejects.too_many_arrivals()

    def arrive(self, call: IngressCall) -> None:
        self._arrivals.append(call)

    def refuse(self, call: IngressCall, reject: Reject) -> None:
        """Let the next round record that the call was not let in."""
        self._refusals.append((call, reject))

    def has_messages(self) -> bool:
        return bool(self._arrivals or self._calls.queue or self._refusals or self._outcalls.has_finished())

    def queue_lengths(self) -> dict[str, int]:
        """Ingress that waits for a round, messages that wait in one, and calls that wait for calls of their own."""
        return {
            "arrivals": len(self._arrivals),
            "messages": len(self._calls.queue),
            "open_calls": self._calls.open_context_count(),
        }

    def next_event_ns(self) -> int | None:
        """When something happens by itself: a timer, a heartbeat, the end of waiting for a canister or a server."""
        events = (
            self._tasks.next_due_ns(),
            self._calls.next_deadline_ns(),
            self._outcalls.next_deadline_ns(),
        )
        return min((event for event in events if event is not None), default=None)

    def run_round(self, now_ns: int) -> None:
        self._calls.now_ns = now_ns
        self._history.forget_old()
        self._record_refusals()
        self._take_arrivals()
        self._calls.queue.extend(self._tasks.due())
        self._calls.expire_stops()
        self._calls.queue.extend(self._outcalls.due(now_ns))
        self._calls.expire_calls()
        for canister in self._sweep.bankrupt(now_ns):
            self._calls.pay_upkeep(canister)
        self._work()
        self._history.note_unfinished()
        self._disk_floor.look()

    def _record_refusals(self) -> None:
        refusals, self._refusals = self._refusals, []
        for call, reject in refusals:
            self._history.finish(call, reject)

    def _take_arrivals(self) -> None:
        for _ in range(min(len(self._arrivals), self._config.ingress_per_round_max)):
            self._calls.queue.append(self._arrivals.popleft())

    def _work(self) -> None:
        system, queue, handlers = self._system, self._calls.queue, self._handlers
        now_ns = system.clock.now_ns()
        end_ns = now_ns + int(self._config.round_seconds_max * 1_000_000_000)
        for _ in range(self._config.messages_per_round_max):
            if not queue or now_ns > end_ns:
                return
            message = queue.popleft()
            handlers[type(message)](message)  # type: ignore[operator]
            now_ns = system.clock.now_ns()
