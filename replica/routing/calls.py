"""Calls: from their first execution to their answer.

`_start` opens a call context and runs the first execution; `_settle` looks at what it did. An answer goes to the
origin; calls that were made go to the queue; a context with neither is answered for the canister that forgot.
`deliver` runs a callback in its context and ends in `_settle` again. A trap takes the same way with a reject.

Money follows the messages (`ledger.py`): ingress is paid before an execution; its base price is held back while it
runs, and paid with its estimated instructions after it; a trap undoes none of this. A call is paid when its response
arrives.

A canister that is stopping has stopped when its last context has ended; uninstalling closes the contexts it has.
"""

from __future__ import annotations

from typing import Final, Protocol

from replica.execution.system_api import Call, Context, Entry, Module, Rejection, Reply, Resume
from replica.management import prices, upkeep
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.routing import rejects
from replica.routing.admission import Admission
from replica.routing.deadlines import Deadlines
from replica.routing.executor import Executor
from replica.routing.ingress_history import IngressHistory
from replica.routing.ledger import Ledger
from replica.routing.message_api import MessageApi, System
from replica.routing.messages import (
    CallContext,
    CallResponse,
    CallTimeout,
    CanisterCall,
    IngressCall,
    MessageQueue,
    Origin,
    Response,
)
from replica.routing.open_contexts import OpenContexts
from replica.routing.stops import PendingStops
from replica.state.canister import Canister
from replica.state.consumption import INGRESS_INDUCTION, INSTRUCTIONS

# Candid for "no values".
_NO_RESULT: Final = b"DIDL\x00\x00"


class ManagementCalls(Protocol):
    def call(self, origin: IngressCall | CanisterCall, caller: Principal, method: str, arg: bytes, cycles: int) -> None:
        """Do it now, and see to it that `origin` is answered."""
        ...

    def uninstall(self, canister: Canister) -> None:
        """End a canister that cannot pay its upkeep."""
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
        self._deadlines = Deadlines()
        self._stops = PendingStops()
        self.queue = queue
        self.now_ns = 0  # of the round that runs, or ran last
        self.ledger = Ledger(system.state)
        self.management: ManagementCalls
        self.subnet_id = MANAGEMENT
        """The other name of the management canister, which calls between canisters may use."""

    # -- Calls -------------------------------------------------------------------------------------------------------

    def start_ingress(self, call: IngressCall) -> None:
        request = call.request
        if request.ingress_expiry_ns < self.now_ns:
            self.answer(call, rejects.expired_while_queued(), 0)
            return
        self._history.begin(call)
        if request.canister_id == MANAGEMENT:
            self._charge_management_ingress(call)
            self.management.call(call, request.sender, request.method_name, request.arg, 0)
            return
        price = prices.ingress(request.arg)
        self._start(call, request.canister_id, request.method_name, request.arg, request.sender, 0, price)

    def start_call(self, call: CanisterCall) -> None:
        if call.deadline_ns and call.deadline_ns <= self.now_ns:
            self.ledger.lose(call, call.cycles)  # nobody waits for it: its timeout is queued
        elif call.callee in (MANAGEMENT, self.subnet_id):
            self.management.call(call, call.sender.id, call.method, call.arg, call.cycles)
        else:
            self._start(call, call.callee, call.method, call.arg, call.sender.id, call.cycles, 0)

    def _start(
        self,
        origin: IngressCall | CanisterCall,
        callee: Principal,
        method_name: str,
        arg: bytes,
        caller: Principal,
        cycles: int,
        ingress_price: int,
    ) -> None:
        try:
            canister, module = self._callable_code(callee, ingress_price + prices.EXECUTION)
            _check_attached(canister, caller, cycles, origin)
            method = module.methods.get(method_name)
            if method is None:
                raise rejects.method_not_found(canister.id, "update", method_name)
            if method.kind == "composite_query":
                raise rejects.composite_query_not_callable(canister.id, method_name)
        except Reject as reject:
            self.answer(origin, reject, cycles)
            return
        if ingress_price:
            self._state.burn(canister, INGRESS_INDUCTION, ingress_price)
        context = CallContext(canister, origin, caller, cycles)
        if method.kind == "update":
            self._execute(context, Context.UPDATE, Call(method_name, arg), arg)
        else:
            self._execute_query(context, module, Call(method_name, arg))

    def _callable_code(self, callee: Principal, price: int) -> tuple[Canister, Module]:
        """The canister and its code, if it may start a call that costs `price`. Raises `Reject`."""
        canister, module = self._admission.callable_code(callee, price)
        if not upkeep.is_due(canister, self.now_ns):
            return canister, module
        self.pay_upkeep(canister)
        return self._admission.callable_code(callee, price)

    def _execute(self, context: CallContext, kind: Context, entry: Entry, arg: bytes, refunded: int = 0) -> None:
        """One execution in `context`, and what follows from it."""
        canister = context.canister
        try:
            module = self._executor.code_of(canister)
        except Reject as reject:
            self._end_execution(context, reject)
            return
        api = MessageApi(self._system, canister, kind, context.caller, arg, self.now_ns, context, refunded)
        canister.balance -= prices.EXECUTION  # so that code cannot spend it; what else there is to pay comes later
        trap = self._executor.run(canister, module, entry, api)
        self._pay_execution(context)
        if trap is None:
            self._settle(context, api)
        else:
            self._end_execution(context, trap)

    def _execute_query(self, context: CallContext, module: Module, entry: Call) -> None:
        """A query method that was called: what it changed is forgotten; cycles it accepted and its log are kept."""
        canister, kind = context.canister, Context.REPLICATED_QUERY
        api = MessageApi(self._system, canister, kind, context.caller, entry.arg, self.now_ns, context)
        canister.balance -= prices.EXECUTION
        reject = self._executor.run_query(canister, module, entry, api)
        self._pay_execution(context)
        if reject is None:
            canister.balance += api.accepted
            canister.version += 1
            self._settle(context, api)
        else:
            self._end_execution(context, reject)

    def _settle(self, context: CallContext, api: MessageApi) -> None:
        """An execution committed: let its effects on others happen."""
        self.ledger.note_accepted(context.origin, api.accepted)
        for call in api.calls:
            self.queue.append(call)
            if call.context is not None:
                context.outstanding += 1
            if call.deadline_ns:
                self._deadlines.add(call)
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
            if origin.deadline_ns and self._system.in_flight.is_full:
                self.ledger.lose(origin, refund)
                response, refund = rejects.response_dropped(), 0
            self.queue.append(CallResponse(origin, response, refund))
        elif origin is not None:
            self._history.finish(origin, response)

    def deliver(self, message: CallResponse) -> None:
        call = message.call
        if call.is_answered:
            self.ledger.lose(call, message.refund)
            return
        call.is_answered = True
        self._system.in_flight.leave(call.sender.id, call.callee)
        self.ledger.receive(message)
        self._resume(call, message.response, message.refund)

    def time_out(self, message: CallTimeout) -> None:
        call = message.call
        if call.is_answered:
            return
        call.is_answered = True
        self._system.in_flight.leave(call.sender.id, call.callee)
        self.ledger.time_out(call)
        self._resume(call, rejects.deadline_expired(), 0)

    def expire_calls(self) -> None:
        """Queue the end of waiting for calls whose deadline has passed."""
        self.queue.extend([CallTimeout(call) for call in self._deadlines.take_overdue(self.now_ns)])

    def _resume(self, call: CanisterCall, response: Response, refund: int) -> None:
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
        if isinstance(response, Reject):
            resume = Resume(call.continuation, Rejection(response.code, response.message))
            self._execute(context, Context.REJECT, resume, b"", refund)
        else:
            self._execute(context, Context.REPLY, Resume(call.continuation, Reply(response)), response, refund)

    def run_task(self, canister: Canister, kind: Context, entry: Entry, caller: Principal) -> None:
        self._execute(CallContext(canister, None, caller, 0), kind, entry, b"")

    # -- Cycles ------------------------------------------------------------------------------------------------------

    def pay_upkeep(self, canister: Canister) -> None:
        """Charge storage and compute up to now, which ends a canister that cannot pay them."""
        self._state.canisters.mark_changed(canister)
        if not upkeep.settle(self._state, canister, self.now_ns):
            self.management.uninstall(canister)

    def pay_hooks(self) -> None:
        """Charge what ran inside the management call that has ended, be it kept or undone."""
        for canister, instructions in self._executor.take_hooks():
            self.ledger.charge(canister, INSTRUCTIONS, prices.EXECUTION + instructions)

    def _pay_execution(self, context: CallContext) -> None:
        """After its transaction, so that a trap does not undo it. The execution has marked the record."""
        canister = context.canister
        context.instructions += canister.instructions
        canister.balance += prices.EXECUTION
        self._state.burn(canister, INSTRUCTIONS, prices.EXECUTION + canister.instructions)

    def _charge_management_ingress(self, call: IngressCall) -> None:
        """Those who manage a canister do so at its expense. NOT LIKE THE IC: they are let in when it is out of cycles
        too, and strangers, who can only top up and read what is public, cost it nothing."""
        request = call.request
        canister = self._state.canisters.get(request.effective_canister_id)
        if canister is not None and request.sender in canister.controllers:
            self.ledger.charge(canister, INGRESS_INDUCTION, prices.ingress(request.arg))

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

    def next_deadline_ns(self) -> int | None:
        """When waiting ends by itself: for a canister to stop, or for the answer of a bounded-wait call."""
        deadlines = (self._stops.next_deadline_ns(), self._deadlines.next_ns())
        return min((each for each in deadlines if each is not None), default=None)

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


def _check_attached(canister: Canister, caller: bytes, cycles: int, origin: IngressCall | CanisterCall) -> None:
    """Raises `Reject` if another canister calls with fewer cycles than this one wants to see."""
    minimum = canister.settings.minimum_incoming_canister_call_cycles
    if cycles < minimum and caller != canister.id and isinstance(origin, CanisterCall):
        raise rejects.too_few_cycles_attached(canister.id, minimum, cycles)
