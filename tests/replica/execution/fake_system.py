"""A stand-in for routing: one canister with its state in dictionaries, messages run one at a time.

A message that traps leaves the state as it was, as the replica's transactions do. Calls that a message made wait in
`calls` until the test answers them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley.bundler import bundle
from replica.candid.did import parse_did
from replica.execution.kybra_engine import KybraEngine
from replica.execution.kybra_module import KybraModule
from replica.execution.system_api import (
    Call,
    CanisterState,
    Context,
    Continuation,
    Entry,
    Heartbeat,
    Init,
    Inspect,
    PostUpgrade,
    PreUpgrade,
    Rejection,
    Reply,
    Resume,
    Timer,
)
from replica.principal import Principal
from replica.reject import RejectCode, Trap

ROOT = Path(__file__).parent
PAGE_BYTES = 65_536
CANISTER_ID = Principal.from_counter(1)
PEER = Principal.from_counter(2)
ALICE = Principal.self_authenticating(b"alice")


@dataclass
class FakeState:
    maps: dict[int, dict[bytes, bytes]] = field(default_factory=dict)
    memory: bytearray = field(default_factory=bytearray)

    def map_get(self, memory_id: int, key: bytes) -> bytes | None:
        return self.maps.get(memory_id, {}).get(key)

    def map_put(self, memory_id: int, key: bytes, value: bytes) -> bytes | None:
        entries = self.maps.setdefault(memory_id, {})
        previous = entries.get(key)
        entries[key] = value
        return previous

    def map_delete(self, memory_id: int, key: bytes) -> bytes | None:
        return self.maps.get(memory_id, {}).pop(key, None)

    def map_len(self, memory_id: int) -> int:
        return len(self.maps.get(memory_id, {}))

    def map_items(self, memory_id: int) -> Iterator[tuple[bytes, bytes]]:
        return iter(list(self.maps.get(memory_id, {}).items()))

    def stable_pages(self) -> int:
        return len(self.memory) // PAGE_BYTES

    def stable_grow(self, pages: int) -> int | None:
        old = self.stable_pages()
        if old + pages > 100:
            return None
        self.memory.extend(bytes(pages * PAGE_BYTES))
        return old

    def stable_read(self, offset: int, size: int) -> bytes:
        if offset + size > len(self.memory):
            raise Trap("stable memory out of bounds")
        return bytes(self.memory[offset : offset + size])

    def stable_write(self, offset: int, data: bytes) -> None:
        if offset + len(data) > len(self.memory):
            raise Trap("stable memory out of bounds")
        self.memory[offset : offset + len(data)] = data


@dataclass
class OutgoingCall:
    callee: bytes
    method: str
    arg: bytes
    cycles: int
    continuation: Continuation | None
    call_context: CallContext


@dataclass
class CallContext:
    """One call from outside until it is answered."""

    caller: bytes
    cycles: int = 0
    answer: Reply | Rejection | None = None


class FakeApi:
    """One message's view of the system."""

    def __init__(
        self, canister: FakeCanister, context: Context, call_context: CallContext, arg: bytes = b"", refunded: int = 0
    ) -> None:
        self.canister = canister
        self.context = context
        self.call_context = call_context
        self.canister_id: bytes = CANISTER_ID
        self.caller = call_context.caller
        self.time_ns = canister.time_ns
        self.arg = arg
        self.state: CanisterState = canister.state
        self.refunded = refunded
        self.calls: list[OutgoingCall] = []
        self.is_accepted = False
        self.answer: Reply | Rejection | None = None

    def balance(self) -> int:
        return self.canister.balance

    def cycles_available(self) -> int:
        return self.call_context.cycles

    def cycles_accept(self, amount_max: int) -> int:
        amount = min(amount_max, self.call_context.cycles)
        self.call_context.cycles -= amount
        self.canister.balance += amount
        return amount

    def cycles_refunded(self) -> int:
        return self.refunded

    def set_certified_data(self, data: bytes) -> None:
        if len(data) > 32:
            raise Trap("certified data is too large")
        self.canister.certified_data = data

    def data_certificate(self) -> bytes | None:
        return b"certificate" if self.context is Context.QUERY else None

    def debug_print(self, text: str) -> None:
        self.canister.log.append(text)

    def reply(self, arg: bytes) -> None:
        self._answer(Reply(arg))

    def reject(self, message: str) -> None:
        self._answer(Rejection(RejectCode.CANISTER_REJECT, message))

    def _answer(self, answer: Reply | Rejection) -> None:
        if self.answer is not None or self.call_context.answer is not None:
            raise Trap("the call was answered before", "IC0504")
        self.answer = answer

    def call(self, callee: bytes, method: str, arg: bytes, cycles: int, continuation: Continuation) -> bool:
        if self.canister.is_queue_full:
            return False
        self.calls.append(OutgoingCall(callee, method, arg, cycles, continuation, self.call_context))
        return True

    def notify(self, callee: bytes, method: str, arg: bytes, cycles: int) -> bool:
        if self.canister.is_queue_full:
            return False
        self.calls.append(OutgoingCall(callee, method, arg, cycles, None, self.call_context))
        return True

    def set_timer(self, delay_seconds: int, function: str, *, repeat: bool) -> int:
        self.canister.timers.append((delay_seconds, function, repeat))
        return len(self.canister.timers) - 1

    def clear_timer(self, timer_id: int) -> None:
        self.canister.cleared.append(timer_id)

    def accept_message(self) -> None:
        self.is_accepted = True

    def performance_counter(self, kind: int) -> int:
        return 1_000 + kind


class Rejected(Exception):
    """A call was refused, with the text the caller sees."""


class FakeCanister:
    """A canister under test, driven by method name and Python values."""

    def __init__(self, module: KybraModule) -> None:
        self.module = module
        self.interface = parse_did(module.candid)
        self.state = FakeState()
        self.balance = 1_000
        self.time_ns = 1_700_000_000_000_000_000
        self.certified_data = b""
        self.is_queue_full = False
        self.log: list[str] = []
        self.timers: list[tuple[int, str, bool]] = []
        self.cleared: list[int] = []
        self.calls: list[OutgoingCall] = []

    # -- messages ------------------------------------------------------------------------------------------------------

    def update(self, method: str, *values: Any, caller: bytes = ALICE, cycles: int = 0) -> Any:
        """Call and give the result; a call that still awaits something gives None."""
        return self.result(method, self.send(method, *values, caller=caller, cycles=cycles))

    def query(self, method: str, *values: Any, caller: bytes = ALICE) -> Any:
        context = CallContext(caller)
        kind = self.module.methods[method].kind
        before = copy.deepcopy(self.state)
        where = Context.COMPOSITE_QUERY if kind == "composite_query" else Context.QUERY
        self._run(Call(method, self.encode(method, *values)), where, context)
        if kind == "query":
            self.state = before
        return self.result(method, context)

    def send(self, method: str, *values: Any, caller: bytes = ALICE, cycles: int = 0) -> CallContext:
        context = CallContext(caller, cycles)
        arg = self.encode(method, *values)
        self._run(Call(method, arg), Context.UPDATE, context, arg=arg)
        return context

    def replicated_query(self, method: str, *values: Any) -> CallContext:
        """Call a query as an update is called."""
        context = CallContext(ALICE)
        arg = self.encode(method, *values)
        self._run(Call(method, arg), Context.REPLICATED_QUERY, context, arg=arg)
        return context

    def answer(self, response: bytes | str, refunded: int = 0, *, composite: bool = False) -> CallContext:
        """Answer the oldest call under way: bytes are a reply, text is a rejection."""
        call = self.calls.pop(0)
        assert call.continuation is not None, "nobody waits for the answer to a notification"
        # A composite query stays what it is across its awaits.
        reply, reject = (Context.COMPOSITE_QUERY,) * 2 if composite else (Context.REPLY, Context.REJECT)
        if isinstance(response, bytes):
            self._resume(call, Reply(response), reply, refunded)
        else:
            self._resume(call, Rejection(RejectCode.CANISTER_REJECT, response), reject, refunded)
        return call.call_context

    def install(self, *values: Any) -> None:
        arg = self.interface.encode_init(*values)
        self._run(Init(arg), Context.INIT, CallContext(ALICE), arg=arg)

    def upgrade(self) -> None:
        self.leave_old_code()
        self.start_new_code(b"DIDL\x00\x00")

    def leave_old_code(self) -> None:
        self._run(PreUpgrade(), Context.PRE_UPGRADE, CallContext(ALICE))

    def start_new_code(self, arg: bytes) -> None:
        self._run(PostUpgrade(arg), Context.POST_UPGRADE, CallContext(ALICE), arg=arg)

    def inspect(self, method: str, *values: Any, caller: bytes = ALICE) -> bool:
        arg = self.encode(method, *values)
        return self._run(Inspect(method, arg), Context.INSPECT, CallContext(caller), arg=arg).is_accepted

    def fire_timer(self, index: int = -1) -> None:
        self._run(Timer(self.timers[index][1]), Context.TIMER, CallContext(CANISTER_ID))

    def beat(self) -> None:
        self._run(Heartbeat(), Context.HEARTBEAT, CallContext(b""))

    # -- values --------------------------------------------------------------------------------------------------------

    def encode(self, method: str, *values: Any) -> bytes:
        return self.interface.encode_args(method, *values)

    def result(self, method: str, context: CallContext) -> Any:
        if context.answer is None:
            return None
        if isinstance(context.answer, Rejection):
            raise Rejected(context.answer.message)
        values = self.interface.decode_results(method, context.answer.arg)
        return values[0] if values else None

    # -- running -------------------------------------------------------------------------------------------------------

    def _resume(self, call: OutgoingCall, response: Reply | Rejection, context: Context, refunded: int) -> None:
        assert call.continuation is not None
        arg = response.arg if isinstance(response, Reply) else b""
        self._run(Resume(call.continuation, response), context, call.call_context, arg=arg, refunded=refunded)

    def _run(
        self, entry: Entry, context: Context, call_context: CallContext, arg: bytes = b"", refunded: int = 0
    ) -> FakeApi:
        before = (copy.deepcopy(self.state), self.balance, self.certified_data, list(self.timers))
        api = FakeApi(self, context, call_context, arg, refunded)
        try:
            self.module.run(entry, api)
        except Trap:
            self.state, self.balance, self.certified_data, self.timers = before
            raise
        self.calls += api.calls
        call_context.answer = call_context.answer or api.answer
        return api


def load(name: str, root: Path = ROOT) -> KybraModule:
    return KybraEngine().load(bundle(name, root))


def canister(name: str) -> FakeCanister:
    """The test canister `tests/replica/execution/canisters/NAME`, freshly created."""
    return FakeCanister(load(name))
