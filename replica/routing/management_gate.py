"""Where routing meets the management canister: its calls run like messages, and it acts on canisters through here."""

from __future__ import annotations

from replica.execution.system_api import Context, Entry, Module
from replica.management import methods
from replica.management.bankruptcy import uninstall_out_of_cycles
from replica.management.host import ManagementCall, Subnet
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.rng import Rng
from replica.routing.calls import Calls
from replica.routing.config import ReplicaConfig
from replica.routing.executor import Executor
from replica.routing.message_api import MessageApi, System
from replica.routing.messages import CanisterCall, IngressCall
from replica.routing.outcall import Destination, HttpRequest, Transform
from replica.routing.outcalls import Outcalls
from replica.routing.requests import CallRequest, QueryRequest
from replica.state.canister import Canister


class ManagementGate:
    """Implements `Host` for the management canister, and `ManagementCalls` for calls."""

    def __init__(
        self,
        system: System,
        executor: Executor,
        calls: Calls,
        outcalls: Outcalls,
        rng: Rng,
        config: ReplicaConfig,
        subnet: Subnet,
    ) -> None:
        self.state = system.state
        self.subnet = subnet
        self.allow_list_hint = config.allow_list_hint
        self._system = system
        self._executor = executor
        self._calls = calls
        self._outcalls = outcalls
        self._rng = rng
        self._config = config

    # -- What routing asks -------------------------------------------------------------------------------------------

    def check_ingress(self, request: CallRequest, now_ns: int) -> None:
        """Raises `Reject` if the request must not be queued."""
        methods.check_ingress(self, self._call(request.sender, request.method_name, request.arg, now_ns))

    def query(self, request: QueryRequest, now_ns: int) -> bytes:
        """Raises `Reject`."""
        return methods.handle_query(self, self._call(request.sender, request.method_name, request.arg, now_ns))

    def query_by_canister(self, caller: Principal, method: str, arg: bytes, now_ns: int) -> bytes:
        """What a composite query may ask. Raises `Reject`."""
        return methods.handle_composite(self, self._call(caller, method, arg, now_ns))

    def call(self, origin: IngressCall | CanisterCall, caller: Principal, method: str, arg: bytes, cycles: int) -> None:
        caller_version = origin.sender.version if isinstance(origin, CanisterCall) else None
        is_by_admin = caller in self.subnet.admins
        call = ManagementCall(caller, method, arg, cycles, self._calls.now_ns, caller_version, is_by_admin, origin)
        outcome = self._executor.attempt(methods.handle_update, self, call)
        self._calls.pay_hooks()
        if isinstance(outcome, Reject):
            self._calls.answer(origin, outcome, cycles)
            return
        self._calls.ledger.note_accepted(origin, call.accepted)
        for action in call.after_commit:
            action()
        if not call.is_deferred:
            self._calls.answer(origin, outcome, call.cycles_available)

    def uninstall(self, canister: Canister) -> None:
        """End a canister that cannot pay its upkeep; its id and its controllers stay."""
        call = ManagementCall(MANAGEMENT, "uninstall_code", b"", 0, self._calls.now_ns, None)
        self._executor.attempt(uninstall_out_of_cycles, self, call, canister)
        for action in call.after_commit:
            action()

    def _call(self, caller: Principal, method: str, arg: bytes, now_ns: int) -> ManagementCall:
        """A call that brings no cycles and is answered at once."""
        return ManagementCall(caller, method, arg, 0, now_ns, None, is_by_admin=caller in self.subnet.admins)

    # -- What the management canister asks ---------------------------------------------------------------------------

    def is_module_allowed(self, module_hash: bytes) -> bool:
        return self._config.is_module_allowed(module_hash)

    def is_hosted(self, canister_id: Principal) -> bool:
        return any(
            len(canister_id) == len(low) and low <= canister_id <= high and canister_id.endswith(low[-2:])
            for low, high in self._config.ranges
        )

    def random_bytes(self, count: int) -> bytes:
        return self._rng.bytes(count)

    def load(self, canister_id: Principal, module_bytes: bytes) -> Module:
        return self._executor.load(canister_id, module_bytes)

    def module_of(self, canister: Canister) -> Module | None:
        return self._executor.module_of(canister)

    def run_hook(
        self, canister: Canister, module: Module, entry: Entry, context: Context, *, caller: Principal, now_ns: int
    ) -> None:
        arg = getattr(entry, "arg", b"")
        api = MessageApi(self._system, canister, context, caller, arg, now_ns)
        self._executor.run_hook(canister, module, entry, api)

    def await_stop(self, canister: Canister, call: ManagementCall) -> None:
        self._calls.await_stop(canister, call.origin)

    def allows_outcall(self, destination: Destination) -> bool:
        return self._config.outcalls.allows(destination)

    def check_outcall_capacity(self) -> None:
        self._outcalls.check_capacity()

    def begin_outcall(self, call: ManagementCall, request: HttpRequest, transform: Transform | None) -> None:
        self._outcalls.begin(call, request, transform)

    def cancel_stops(self, canister: Canister) -> None:
        self._calls.cancel_stops(canister)

    def close_contexts(self, canister: Canister) -> None:
        self._calls.close_contexts(canister)
