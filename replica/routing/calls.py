"""Calls: from their first execution to their answer.

`_start` opens a call context and runs the first execution; `_settle` looks at what it did. An answer goes to the
origin; calls that were made go to the queue; a context with neither is answered for the canister that forgot.
`deliver` runs a callback in its context and ends in `_settle` again. A trap takes the same way with a reject.

A canister that is stopping has stopped when its last context has ended; uninstalling closes the contexts it has.
"""

from __future__ import annotations

from typing import Final, Protocol

from replica.execution.system_api import Call, Context, Entry, Module, Rejection, Reply, Resume
from replica.management import prices
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.routing import rejects
from replica.routing.admission import Admission
from replica.routing.executor import Executor
from replica.routing.ingress_history import IngressHistory
from replica.routing.message_api import MessageApi, System
from replica.routing.messages import (
    CallContext,
    CallResponse,
    CanisterCall,
    IngressCall,
    MessageQueue,
    Origin,
    Response,
)
from replica.routing.open_contexts import OpenContexts
from replica.routing.stops import PendingStops
from replica.state.canister import Canister

# Candid for "no values".
_NO_RESULT: Final = b"DIDL\x00\x00"


class ManagementCalls(Protocol):
    def call(self, origin: IngressCall | CanisterCall, caller: Principal, method: str, arg: bytes, cycles: int) -> None:
        """Do it now, and see to it that `origin` is answered."""
        ...


class Calls:
    def __init__(
        self,
        system: System,
        executor: Executor,
        admission: Admission,
        history: IngressHistory,
        *,
        queue: MessageQueue,
        stop_timeout_seconds: int,
    ) -> None:
        self._system = system
        self._state = system.state
        self._executor = executor
        self._admission = admission
        self._history = history
        self._stop_timeout_ns = stop_timeout_seconds * 1_000_000_000
        self._contexts = OpenContexts()
        self._stops = PendingStops()
        self.queue = queue
        self.now_ns = 0  # of the round that runs, or ran last
        self.management: ManagementCalls

    # -- Calls -------------------------------------------------------------------------------------------------------

    def start_ingress(self, call: IngressCall) -> None:
        request = call.request
        if request.ingress_expiry_ns < self.now_ns:
            self.answer(call, rejects.expired_while_queued(), 0)
            return
        self._history.begin(call)
        self._start(
            call, request.canister_id, request.method_name, request.arg, request.sender, 0, prices.ingress(request.arg)
        )

    def start_call(self, call: CanisterCall) -> None:
        self._start(call, call.callee, call.method, call.arg, call.sender.id, call.cycles, prices.EXECUTION)

    def _start(
        self,
        origin: IngressCall | CanisterCall,
        callee: Principal,
        method_name: str,
        arg: bytes,
        caller: Principal,
        cycles: int,
        price: int,
    ) -> None:
        if callee == MANAGEMENT:
            self.management.call(origin, caller, method_name, arg, cycles)
            return
        try:
            canister, module = self._admission.callable_code(callee, price)
            method = module.methods.get(method_name)
            if method is None:
                raise rejects.method_not_found(canister.id, "update", method_name)
            if method.kind == "composite_query":
                raise rejects.composite_query_not_callable(canister.id, method_name)
        except Reject as reject:
            self.answer(origin, reject, cycles)
            return
        self._charge(canister, price)
        context = CallContext(canister, origin, caller, cycles, self._system.message_started_ns)
        if method.kind == "update":
            self._execute(context, Context.UPDATE, Call(method_name, arg), arg)
        else:
            self._execute_query(context, module, Call(method_name, arg))

    def _execute(self, context: CallContext, kind: Context, entry: Entry, arg: bytes, refunded: int = 0) -> None:
        """One execution in `context`, and what follows from it."""
        canister = context.canister
        try:
            module = self._executor.code_of(canister)
        except Reject as reject:
            self._end_execution(context, reject)
            return
        api = MessageApi(self._system, canister, kind, context.caller, arg, self.now_ns, context, refunded)
        trap = self._executor.run(canister, module, entry, api)
        if trap is None:
            self._settle(context, api)
        else:
            self._end_execution(context, trap)

    def _execute_query(self, context: CallContext, module: Module, entry: Call) -> None:
        """A query method that was called: what it changed is forgotten, cycles it accepted are kept."""
        canister, kind = context.canister, Context.REPLICATED_QUERY
        api = MessageApi(self._system, canister, kind, context.caller, entry.arg, self.now_ns, context)
        reject = self._executor.run_and_forget(canister, module, entry, api)
        if reject is None:
            self._state.canisters.mark_changed(canister)
            canister.balance += api.accepted
            self._settle(context, api)
        else:
            self._end_execution(context, reject)

    def _settle(self, context: CallContext, api: MessageApi) -> None:
        """An execution committed: let its effects on others happen."""
        self.note_accepted(context.origin, api.accepted)
        for call in api.calls:
            self.queue.append(call)
            if call.context is not None:
                context.outstanding += 1
        api.calls.clear()  # a continuation may hold its API, which would hold its call for ever
        if api.response is not None:
            self._answer_context(context, api.response)
        self._end_execution(context, None)

    def _end_execution(self, context: CallContext, trap: Reject | None) -> None:
        if context.outstanding:
            self._contexts.add(context)
            return
        if not context.is_answered and not context.is_closed:
            self._answer_context(context, trap or rejects.did_not_reply(context.canister.id))
        self._contexts.remove(context)
        if context.canister.status == "stopping":
            self.finish_stopping(context.canister)

    def _answer_context(self, context: CallContext, response: Response) -> None:
        refund, context.cycles_available = context.cycles_available, 0
        context.is_answered = True
        self.answer(context.origin, response, refund)

    def answer(self, origin: Origin, response: Response, refund: int) -> None:
        if isinstance(origin, CanisterCall):
            self.queue.append(CallResponse(origin, response, refund))
        elif origin is not None:
            self._history.finish(origin, response)

    def deliver(self, message: CallResponse) -> None:
        call = message.call
        self._system.in_flight.leave(call.sender.id, call.callee)
        self._return_cycles(call.sender, message.refund)
        context = call.context
        if context is None:
            return
        context.outstanding -= 1
        if context.is_closed:
            return
        if context.code_epoch != context.canister.code_epoch:
            self._end_execution(context, rejects.code_replaced(context.canister.id))
            return
        if call.continuation is None:
            raise AssertionError("a call with a context has a continuation")
        response = message.response
        if isinstance(response, Reject):
            resume = Resume(call.continuation, Rejection(response.code, response.message))
            self._execute(context, Context.REJECT, resume, b"", message.refund)
        else:
            self._execute(context, Context.REPLY, Resume(call.continuation, Reply(response)), response, message.refund)

    def run_task(self, canister: Canister, kind: Context, entry: Entry, caller: Principal) -> None:
        self._charge(canister, prices.EXECUTION)
        context = CallContext(canister, None, caller, 0, self._system.message_started_ns)
        self._execute(context, kind, entry, b"")

    # -- Cycles ------------------------------------------------------------------------------------------------------

    def _charge(self, canister: Canister, price: int) -> None:
        # Before the message's transaction, so that a trap does not undo it.
        self._state.canisters.mark_changed(canister)
        canister.balance -= price
        self._state.subnet.cycles_burnt += price

    def note_accepted(self, origin: Origin, amount: int) -> None:
        """Cycles that came with a call are no longer in flight: they are in somebody's balance now."""
        if isinstance(origin, CanisterCall) and amount and self._still_exists(origin.sender):
            self._state.canisters.mark_changed(origin.sender)
            origin.sender.cycles_in_flight -= amount

    def _return_cycles(self, canister: Canister, refund: int) -> None:
        if refund == 0:
            return
        if not self._still_exists(canister):
            self._state.subnet.cycles_burnt += refund
            return
        self._state.canisters.mark_changed(canister)
        canister.cycles_in_flight -= refund
        canister.balance += refund

    def _still_exists(self, canister: Canister) -> bool:
        """A canister may be deleted while notifications of it are on their way."""
        return self._state.canisters.get(canister.id) is canister

    # -- Stopping and uninstalling -----------------------------------------------------------------------------------

    def has_open_contexts(self, canister: Canister) -> bool:
        return self._contexts.count(canister) > 0

    def open_context_count(self) -> int:
        return self._contexts.total()

    def await_stop(self, canister: Canister, origin: Origin) -> None:
        self._stops.add(canister, origin, self.now_ns + self._stop_timeout_ns)
        self.finish_stopping(canister)

    def finish_stopping(self, canister: Canister) -> None:
        """Stop a stopping canister if nothing keeps it any longer, and answer those who wait for it."""
        if self.has_open_contexts(canister):
            return
        self._state.canisters.mark_changed(canister)
        canister.status = "stopped"
        canister.version += 1
        for origin in self._stops.take(canister):
            self._answer_stop(origin, _NO_RESULT)

    def expire_stops(self) -> None:
        for origin in self._stops.take_overdue(self.now_ns):
            self._answer_stop(origin, rejects.stop_timed_out())

    def next_stop_deadline_ns(self) -> int | None:
        return self._stops.next_deadline_ns()

    def cancel_stops(self, canister: Canister) -> None:
        for origin in self._stops.take(canister):
            self._answer_stop(origin, rejects.stop_cancelled(canister.id))

    def _answer_stop(self, origin: Origin, response: Response) -> None:
        self.answer(origin, response, origin.cycles if isinstance(origin, CanisterCall) else 0)

    def close_contexts(self, canister: Canister) -> None:
        """The canister's code is gone: reject every call that waits for it, and drop what comes back to it."""
        for context in self._contexts.of(canister):
            if not context.is_answered:
                self._answer_context(context, rejects.uninstalled())
            context.is_closed = True
            self._contexts.remove(context)
        if canister.status == "stopping":
            self.finish_stopping(canister)
