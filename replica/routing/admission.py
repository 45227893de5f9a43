"""May this message run? Checked when ingress arrives and again when any call is about to be executed.

Refusals here cost the canister nothing. `inspect_message` is asked for ingress only, on arrival; it protects from
paying for unwanted messages and proves nothing, so methods check again. Interface spec, "Ingress message inspection".
"""

from __future__ import annotations

from typing import Final

from replica.execution.system_api import Context, Inspect, Module
from replica.management import prices
from replica.reject import Reject
from replica.routing import rejects
from replica.routing.executor import Executor
from replica.routing.message_api import MessageApi, System
from replica.routing.requests import METHOD_NAME_CHARACTERS_MAX, CallRequest
from replica.state.canister import Canister

INGRESS_ARG_BYTES_MAX: Final = 2 * 2**20


class Admission:
    def __init__(self, system: System, executor: Executor) -> None:
        self._system = system
        self._canisters = system.state.canisters
        self._executor = executor

    def callable_code(self, canister_id: bytes, price: int) -> tuple[Canister, Module]:
        """The canister and its code, if a new call may start there now. Raises `Reject`.

        NOT LIKE THE IC: it need not be able to pay for 40 billion instructions; what it used is taken from what it has.
        """
        canister = self._canisters.get(canister_id)
        if canister is None:
            raise rejects.canister_not_found(canister_id)
        if canister.status != "running":
            raise (rejects.stopped if canister.status == "stopped" else rejects.stopping)(canister.id)
        module = self._executor.code_of(canister)
        needed = price + prices.freezing_limit(canister)
        if canister.balance < needed:
            raise rejects.out_of_cycles(canister.id, needed - canister.balance)
        return canister, module

    def check_size(self, request: CallRequest) -> None:
        if len(request.arg) > INGRESS_ARG_BYTES_MAX:
            raise rejects.argument_too_large(len(request.arg), INGRESS_ARG_BYTES_MAX)
        if len(request.method_name) > METHOD_NAME_CHARACTERS_MAX:
            raise rejects.method_not_found(request.canister_id, "update", request.method_name)

    def check_ingress(self, request: CallRequest, now_ns: int) -> None:
        """Raises `Reject` if a call to an ordinary canister must not even be queued."""
        canister, module = self.callable_code(request.canister_id, prices.ingress(request.arg) + prices.EXECUTION)
        if module.has_inspect_message:
            self._inspect(canister, module, request, now_ns)

    def _inspect(self, canister: Canister, module: Module, request: CallRequest, now_ns: int) -> None:
        api = MessageApi(self._system, canister, Context.INSPECT, request.sender, request.arg, now_ns)
        reject = self._executor.run_and_forget(canister, module, Inspect(request.method_name, request.arg), api)
        if reject is not None:
            raise Reject(rejects.message_refused().code, reject.message, "IC0406")
        if not api.is_accepted:
            raise rejects.message_refused()
