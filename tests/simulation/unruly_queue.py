"""The queue of messages, as unfriendly as the Internet Computer allows it to be.

Messages of one pair of canisters stay in order: each pair is a channel, first in, first out, and so are the answers of
a pair, the timers of a canister, and each request from outside for itself. Which channel is next is left to chance;
a channel may be held back for a while; a call may be refused on its way, which its sender learns like any answer.
Interface spec, "Abstract behavior": ordering holds per pair and nowhere else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from random import Random

from replica.reject import Reject, RejectCode
from replica.routing.messages import CallResponse, CanisterCall, IngressCall, Message, TimerTask
from tests.simulation.faults import Crash, Faults

_HELD_TURNS_MAX = 30


def channel_of(message: Message) -> Hashable:
    """Messages of one channel are never reordered."""
    if isinstance(message, CanisterCall):
        return "call", message.sender.id, message.callee
    if isinstance(message, CallResponse):
        return "answer", message.call.callee, message.call.sender.id
    if isinstance(message, IngressCall):
        return "ingress", message.request.request_id
    return "task", message.timer.canister_id if isinstance(message, TimerTask) else message.canister_id


class UnrulyQueue:
    """Implements `MessageQueue`. `before_each` is called before each message is handed out, `on_refusal` after each
    call that is refused."""

    def __init__(
        self, chance: Random, faults: Faults, before_each: Callable[[], None], on_refusal: Callable[[], None]
    ) -> None:
        self._chance = chance
        self._faults = faults
        self._before_each = before_each
        self._on_refusal = on_refusal
        self._channels: dict[Hashable, deque[Message]] = {}
        self._held: dict[Hashable, int] = {}  # channel -> turns until it opens
        self._ready = 0
        self.is_calm = False
        self.crash_in: int | None = None
        """Die before so many more messages; None: not."""

    def append(self, message: Message, /) -> None:
        channel = channel_of(message)
        waiting = self._channels.setdefault(channel, deque())
        waiting.append(message)
        if channel in self._held:
            return
        self._ready += 1
        if not self.is_calm and len(waiting) == 1 and self._chance.random() < self._faults.hold:
            self._held[channel] = self._chance.randint(1, _HELD_TURNS_MAX)
            self._ready -= 1

    def extend(self, messages: Iterable[Message], /) -> None:
        for message in messages:
            self.append(message)

    def __len__(self) -> int:
        return self._ready

    def popleft(self) -> Message:
        self._before_each()
        self._maybe_crash()
        while True:
            channel = self._choose()
            waiting = self._channels[channel]
            message = waiting.popleft()
            if not waiting:
                del self._channels[channel]
            self._ready -= 1
            self._pass_turn()
            if not self._is_refused(message):
                return message
            self._on_refusal()
            refusal = Reject(RejectCode.SYS_TRANSIENT, "the simulator refused this call", "IC0000")
            self.append(CallResponse(message, refusal, message.cycles))
            if not self._ready:  # whoever asked was promised a message
                self.open_all()

    def pass_round(self) -> None:
        """Time passes for what is held back even when nothing else moves."""
        for _ in range(5):
            self._pass_turn()

    def open_all(self) -> None:
        for channel in list(self._held):
            self._open(channel)

    def calm(self) -> None:
        """From now on nothing is held, refused or reordered."""
        self.is_calm = True
        self.crash_in = None
        self.open_all()

    def is_empty(self) -> bool:
        """Nothing waits, held back or not."""
        return not self._channels

    def _choose(self) -> Hashable:
        if self.is_calm:
            return next(iter(self._channels))
        return self._chance.choice([channel for channel in self._channels if channel not in self._held])

    def _is_refused(self, message: Message) -> bool:
        is_call = isinstance(message, CanisterCall)
        return is_call and not self.is_calm and self._chance.random() < self._faults.reject

    def _pass_turn(self) -> None:
        for channel in list(self._held):
            self._held[channel] -= 1
            if not self._held[channel]:
                self._open(channel)

    def _open(self, channel: Hashable) -> None:
        del self._held[channel]
        self._ready += len(self._channels[channel])

    def _maybe_crash(self) -> None:
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in < 0:
                raise Crash("between two messages")
