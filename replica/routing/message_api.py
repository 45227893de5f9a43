"""What one execution may ask of the system: the `SystemApi` that routing hands to a module.

Effects on stored state happen at once, inside the message's transaction. Effects on others (calls, the answer) are
collected here and take place when the execution has committed; a trap forgets them with the object.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol

from replica.certification.hash_tree import Path
from replica.clock import Clock
from replica.execution.system_api import CanisterState, Context, Continuation
from replica.management import prices
from replica.principal import Principal
from replica.reject import Trap
from replica.routing import ledger, rejects
from replica.routing.in_flight import InFlight
from replica.routing.messages import CallContext, CanisterCall, Response
from replica.routing.requests import METHOD_NAME_CHARACTERS_MAX
from replica.state import consumption
from replica.state.canister import Canister
from replica.state.instructions import HOST_CALL, PAYLOAD_BYTE
from replica.state.logs import RECORD_BYTES
from replica.state.replicated_state import ReplicatedState

REPLY_BYTES_MAX: Final = 2 * 2**20
QUERY_REPLY_BYTES_MAX: Final = 3 * 2**20
CALL_ARG_BYTES_MAX: Final = 10 * 2**20
_PRINTED_BYTES_MIN: Final = 64 * 1024
BOUNDED_WAIT_ARG_BYTES_MAX: Final = 2 * 2**20
BOUNDED_WAIT_SECONDS_MAX: Final = 300
CERTIFIED_DATA_BYTES_MAX: Final = 32

_QUERIES: Final = (Context.QUERY, Context.COMPOSITE_QUERY)


class DataCertifier(Protocol):
    def certificate(self, paths: Sequence[Path]) -> bytes: ...


class System:
    """What all executions share."""

    __slots__ = ("certifier", "clock", "in_flight", "state")

    def __init__(self, state: ReplicatedState, clock: Clock, certifier: DataCertifier, in_flight: InFlight) -> None:
        self.state = state
        self.clock = clock
        self.certifier = certifier
        self.in_flight = in_flight


class MessageApi:
    """Fields without underscore are the contract with execution, and the result: `calls`, `response` and so on."""

    __slots__ = (
        "_call_context",
        "_canister",
        "_printed_bytes",
        "_refunded",
        "_system",
        "accepted",
        "arg",
        "caller",
        "calls",
        "canister_id",
        "context",
        "is_accepted",
        "printed",
        "response",
        "state",
        "time_ns",
    )

    def __init__(
        self,
        system: System,
        canister: Canister,
        context: Context,
        caller: bytes,
        arg: bytes,
        time_ns: int,
        call_context: CallContext | None = None,
        refunded: int = 0,
    ) -> None:
        self._system = system
        self._canister = canister
        self._call_context = call_context
        self._refunded = refunded
        self.context = context
        self.canister_id: bytes = canister.id
        self.caller = caller
        self.arg = arg
        self.time_ns = time_ns
        self.state: CanisterState = canister.state
        self.calls: list[CanisterCall] = []
        self.response: Response | None = None
        self.accepted = 0
        self.is_accepted = False
        self.printed: deque[bytes] = deque()
        self._printed_bytes = 0

    # -- Cycles ------------------------------------------------------------------------------------------------------

    def balance(self) -> int:
        return self._canister.balance

    def cycles_available(self) -> int:
        return 0 if self._call_context is None else self._call_context.cycles_available

    def cycles_accept(self, amount_max: int) -> int:
        context = self._call_context
        if context is None or amount_max <= 0 or self.response is not None:
            return 0
        amount = min(amount_max, context.cycles_available)
        context.cycles_available -= amount
        self._canister.balance += amount
        self.accepted += amount
        return amount

    def cycles_refunded(self) -> int:
        return self._refunded

    def cycles_burn(self, amount_max: int) -> int:
        canister = self._canister
        liquid = max(canister.balance - prices.freezing_limit(canister), 0)
        return self._system.state.burn(canister, consumption.BURNED, min(amount_max, liquid))

    # -- Certified data, logs, timers --------------------------------------------------------------------------------

    def set_certified_data(self, data: bytes) -> None:
        if len(data) > CERTIFIED_DATA_BYTES_MAX:
            raise Trap(f"certified data of {len(data)} bytes exceeds {CERTIFIED_DATA_BYTES_MAX}", "IC0504")
        self._canister.instructions += HOST_CALL
        self._canister.certified_data = data

    def data_certificate(self) -> bytes | None:
        if self.context not in _QUERIES:
            return None
        return self._system.certifier.certificate([(b"canister", self.canister_id, b"certified_data"), (b"time",)])

    def debug_print(self, text: str) -> None:
        content = text.encode(errors="replace")
        self._canister.instructions += HOST_CALL + PAYLOAD_BYTE * len(content)
        if self.context not in _QUERIES:
            self.keep_printed(content)

    def keep_printed(self, content: bytes) -> None:
        """Of what a message prints, as much is kept as the log can hold, and never less than 64 KiB."""
        limit = self._canister.settings.log_memory_limit
        self.printed.append(content[:limit])
        self._printed_bytes += len(self.printed[-1]) + RECORD_BYTES
        while self._printed_bytes > max(limit, _PRINTED_BYTES_MIN) and len(self.printed) > 1:
            self._printed_bytes -= len(self.printed.popleft()) + RECORD_BYTES

    def set_timer(self, delay_seconds: int, function: str, *, repeat: bool) -> int:
        self._canister.instructions += HOST_CALL
        due_ns = self.time_ns + max(delay_seconds, 0) * 1_000_000_000
        interval_seconds = delay_seconds if repeat else None
        return self._system.state.timers.arm(self._canister, due_ns, function, interval_seconds)

    def clear_timer(self, timer_id: int) -> None:
        self._canister.instructions += HOST_CALL
        self._system.state.timers.clear(self._canister, timer_id)

    # -- Answers and calls -------------------------------------------------------------------------------------------

    def reply(self, arg: bytes) -> None:
        size_bytes_max = QUERY_REPLY_BYTES_MAX if self.context in _QUERIES else REPLY_BYTES_MAX
        if len(arg) > size_bytes_max:
            raise Trap(f"reply of {len(arg)} bytes exceeds the limit of {size_bytes_max}", "IC0504")
        self._answer(arg, len(arg))

    def reject(self, message: str) -> None:
        size_bytes = len(message.encode())
        if size_bytes > REPLY_BYTES_MAX:
            raise Trap(f"reject message of more than {REPLY_BYTES_MAX} bytes", "IC0504")
        self._answer(rejects.explicit(message), size_bytes)

    def _answer(self, response: Response, size_bytes: int) -> None:
        self._canister.instructions += HOST_CALL + PAYLOAD_BYTE * size_bytes
        context = self._call_context
        if context is None or context.is_answered or self.response is not None:
            raise Trap("this call cannot be answered, or was answered before", "IC0504")
        self.response = response

    def call(
        self,
        callee: bytes,
        method: str,
        arg: bytes,
        cycles: int,
        continuation: Continuation,
        *,
        timeout_seconds: int | None = None,
    ) -> bool:
        deadline_ns = 0 if timeout_seconds is None else self._deadline_ns(timeout_seconds, arg)
        return self._send(callee, method, arg, cycles, self._call_context, continuation, deadline_ns)

    def notify(self, callee: bytes, method: str, arg: bytes, cycles: int) -> bool:
        return self._send(callee, method, arg, cycles, None, None)

    def deadline_ns(self) -> int:
        context = self._call_context
        origin = None if context is None else context.origin
        return origin.deadline_ns if isinstance(origin, CanisterCall) else 0

    def _deadline_ns(self, timeout_seconds: int, arg: bytes) -> int:
        if len(arg) > BOUNDED_WAIT_ARG_BYTES_MAX:
            raise Trap(f"argument of {len(arg)} bytes exceeds the limit of {BOUNDED_WAIT_ARG_BYTES_MAX}", "IC0504")
        return self.time_ns + min(max(timeout_seconds, 0), BOUNDED_WAIT_SECONDS_MAX) * 1_000_000_000

    def _send(
        self,
        callee: bytes,
        method: str,
        arg: bytes,
        cycles: int,
        context: CallContext | None,
        continuation: Continuation | None,
        deadline_ns: int = 0,
    ) -> bool:
        canister = self._canister
        method.encode()  # what is no UTF-8 traps here, and not where a refusal is stored that quotes it
        canister.instructions += HOST_CALL + PAYLOAD_BYTE * len(arg)
        if len(arg) > CALL_ARG_BYTES_MAX:
            raise Trap(f"argument of {len(arg)} bytes exceeds the limit of {CALL_ARG_BYTES_MAX}", "IC0504")
        if len(method) > METHOD_NAME_CHARACTERS_MAX:
            text = f"method name of {len(method)} characters exceeds the limit of {METHOD_NAME_CHARACTERS_MAX}"
            raise Trap(text, "IC0504")
        held = self._held_for_call(cycles, method, arg)
        if held is None or not self._system.in_flight.enter(canister.id, callee):
            return False
        canister.balance -= held
        canister.cycles_in_flight += held
        call = CanisterCall(canister, Principal(callee), method, arg, cycles, context, continuation, deadline_ns)
        self.calls.append(call)
        return True

    def _held_for_call(self, cycles: int, method: str, arg: bytes) -> int | None:
        """What a call takes from the balance until it is answered; None if that would freeze the canister."""
        if self.context is Context.COMPOSITE_QUERY:
            return 0
        liquid = self._canister.balance - prices.freezing_limit(self._canister)
        if cycles and cycles > liquid:
            raise Trap(f"cannot attach {cycles} cycles: {max(liquid, 0)} are above the freezing limit", "IC0520")
        held = cycles + ledger.reserved(method, arg)
        return held if held <= liquid else None

    # -- The rest ----------------------------------------------------------------------------------------------------

    def accept_message(self) -> None:
        if self.is_accepted:
            raise Trap("accept_message was called twice", "IC0504")
        self.is_accepted = True

    def performance_counter(self, kind: int) -> int:
        """NOT LIKE THE IC: an estimate (`docs/cycles.md`), which stands still while code asks nothing of the system."""
        context = self._call_context
        before = context.instructions if kind == 1 and context is not None else 0
        return before + self._canister.instructions

    def undo(self) -> None:
        """Take back what the transaction does not cover: cycles of the call context, places in queues."""
        if self._call_context is not None:
            self._call_context.cycles_available += self.accepted
        for call in self.calls:
            self._system.in_flight.leave(call.sender.id, call.callee)
