"""What waits in queues, and the bookkeeping of calls until they are answered.

A call context lives from the first execution of a call to its last callback. It is open while calls it made are
unanswered; it is answered once, by a reply, a reject or a trap; it is closed from outside when its canister is
uninstalled, after which late responses bring back cycles and nothing else. Interface spec, "Call contexts".

These are mutable slotted classes, not frozen ones: several are made for every message.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from replica.execution.system_api import Continuation
from replica.principal import Principal
from replica.reject import Reject
from replica.routing.outcall import OutcallResult
from replica.routing.requests import CallRequest
from replica.state.canister import Canister
from replica.state.ingress_records import IngressStatus
from replica.state.timers import ArmedTimer

Response = bytes | Reject


class IngressCall:
    """A request that was accepted and has not ended."""

    __slots__ = ("request", "status", "stored_status")

    def __init__(self, request: CallRequest) -> None:
        self.request = request
        self.status: IngressStatus = "received"
        self.stored_status: IngressStatus | None = None  # what the last committed round knows of it


class CanisterCall:
    """A call by a canister; without a context it is a notification, whose answer nobody awaits.

    With a deadline the caller waits until then only, and a later response is discarded. Interface spec, "Bounded-wait".
    """

    __slots__ = (
        "arg",
        "callee",
        "context",
        "continuation",
        "cycles",
        "deadline_ns",
        "is_answered",
        "method",
        "sender",
    )

    def __init__(
        self,
        sender: Canister,
        callee: Principal,
        method: str,
        arg: bytes,
        cycles: int,
        context: CallContext | None,
        continuation: Continuation | None,
        deadline_ns: int = 0,
    ) -> None:
        self.sender = sender
        self.callee = callee
        self.method = method
        self.arg = arg
        self.cycles = cycles
        self.context = context
        self.continuation = continuation
        self.deadline_ns = deadline_ns  # 0 for none
        self.is_answered = False  # or timed out; kept for calls with a deadline only


class CallResponse:
    __slots__ = ("call", "refund", "response")

    def __init__(self, call: CanisterCall, response: Response, refund: int) -> None:
        self.call = call
        self.response = response
        self.refund = refund


class CallTimeout:
    """The deadline of a call has passed."""

    __slots__ = ("call",)

    def __init__(self, call: CanisterCall) -> None:
        self.call = call


class TimerTask:
    __slots__ = ("timer",)

    def __init__(self, timer: ArmedTimer) -> None:
        self.timer = timer


class HeartbeatTask:
    __slots__ = ("canister_id",)

    def __init__(self, canister_id: Principal) -> None:
        self.canister_id = canister_id


class OutcallEnd:
    """What became of a request to a server outside."""

    __slots__ = ("id", "result")

    def __init__(self, outcall_id: int, result: OutcallResult) -> None:
        self.id = outcall_id
        self.result = result


Message = IngressCall | CanisterCall | CallResponse | CallTimeout | TimerTask | HeartbeatTask | OutcallEnd


class MessageQueue(Protocol):
    """What waits to run. A `deque` hands out first in, first out; the simulator delays, reorders and refuses."""

    def append(self, message: Message, /) -> None: ...
    def extend(self, messages: Iterable[Message], /) -> None: ...
    def popleft(self) -> Message:
        """What runs next; the queue is not empty."""
        ...

    def __len__(self) -> int:
        """How many messages could run now."""
        ...


Origin = IngressCall | CanisterCall | None
"""Who waits for the answer of a call context; None for what the system itself started."""


class CallContext:
    __slots__ = (
        "caller",
        "canister",
        "code_epoch",
        "cycles_available",
        "instructions",
        "is_answered",
        "is_closed",
        "origin",
        "outstanding",
    )

    def __init__(self, canister: Canister, origin: Origin, caller: bytes, cycles: int) -> None:
        self.canister = canister
        self.origin = origin
        self.caller = caller
        self.cycles_available = cycles
        self.instructions = 0  # of its executions so far
        self.code_epoch = canister.code_epoch
        self.outstanding = 0
        self.is_answered = False
        self.is_closed = False
