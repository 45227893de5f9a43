"""Queries: executed at once on the last committed state, kept nothing of, and signed by the node that answered.

Composite queries may call further queries. They run one after the other right here; each sees the committed state, and
none sees what another wrote. Interface spec, "Query call", "Composite queries" and "Query call response signing".
"""

from __future__ import annotations

from collections import deque
from typing import Final, Protocol

from replica.certification.hash_tree import domain_separator
from replica.certification.keys import NodeKey
from replica.certification.representation import hash_map
from replica.execution.system_api import Call, Context, Entry, Rejection, Reply, Resume
from replica.management import prices, upkeep
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from replica.routing import rejects
from replica.routing.executor import Executor
from replica.routing.message_api import MessageApi, System
from replica.routing.messages import CallContext, CanisterCall, Response
from replica.routing.requests import QueryRejected, QueryReplied, QueryReply, QueryRequest
from replica.state.canister import Canister

_SEPARATOR: Final = domain_separator("ic-response")
_DEPTH_MAX: Final = 6
_CALLS_MAX: Final = 500


class ManagementQueries(Protocol):
    def query(self, request: QueryRequest, now_ns: int) -> bytes:
        """Raises `Reject`."""
        ...

    def query_by_canister(self, caller: Principal, method: str, arg: bytes, now_ns: int) -> bytes:
        """What a composite query may ask. Raises `Reject`."""
        ...


class Queries:
    def __init__(self, system: System, executor: Executor, management: ManagementQueries, node_key: NodeKey) -> None:
        self._system = system
        self._executor = executor
        self._management = management
        self._node_key = node_key

    def answer(self, request: QueryRequest) -> QueryReply:
        # A clock that was set back must not let a canister see an earlier time than its last message saw.
        now_ns = max(self._system.clock.now_ns(), self._system.state.subnet.time_ns)
        try:
            arg = self._reply(request, now_ns)
        except Reject as reject:
            return self._rejected(request, reject, now_ns)
        content = {"status": "replied", "reply": {"arg": arg}, "timestamp": now_ns, "request_id": request.request_id}
        return QueryReplied(arg, now_ns, self._sign(content))

    def _reply(self, request: QueryRequest, now_ns: int) -> bytes:
        if request.canister_id == MANAGEMENT:
            return self._management.query(request, now_ns)
        tree = _QueryTree(self._system, self._executor, self._management, now_ns)
        response = tree.call(request.canister_id, request.method_name, request.arg, request.sender, depth=0)
        if isinstance(response, Reject):
            raise response
        return response

    def _rejected(self, request: QueryRequest, reject: Reject, now_ns: int) -> QueryRejected:
        content = {
            "status": "rejected",
            "reject_code": int(reject.code),
            "reject_message": reject.message,
            "error_code": reject.error_code,
            "timestamp": now_ns,
            "request_id": request.request_id,
        }
        return QueryRejected(reject.code, reject.message, reject.error_code, now_ns, self._sign(content))

    def _sign(self, content: dict[str, object]) -> bytes:
        return self._node_key.sign(_SEPARATOR + hash_map(content))


class _QueryTree:
    """One query and all that it calls."""

    def __init__(self, system: System, executor: Executor, management: ManagementQueries, now_ns: int) -> None:
        self._system = system
        self._executor = executor
        self._management = management
        self._now_ns = now_ns
        self._calls_left = _CALLS_MAX

    def call(self, callee: Principal, method_name: str, arg: bytes, caller: Principal, *, depth: int) -> Response:
        self._calls_left -= 1
        if depth > _DEPTH_MAX or self._calls_left < 0:
            return Reject(RejectCode.CANISTER_ERROR, "Composite query calls too many or too deep", "IC0525")
        try:
            if callee == MANAGEMENT:
                return self._management.query_by_canister(caller, method_name, arg, self._now_ns)
            canister, kind = self._find(callee, method_name)
        except Reject as reject:
            return reject
        context = CallContext(canister, None, caller, 0)
        return self._run(context, kind, Call(method_name, arg), arg, depth)

    def _find(self, callee: Principal, method_name: str) -> tuple[Canister, Context]:
        canister = self._system.state.canisters.get(callee)
        if canister is None:
            raise rejects.canister_not_found(callee)
        if canister.status == "stopped":
            raise rejects.stopped_for_queries(canister.id)
        module = self._executor.code_of(canister)
        method = module.methods.get(method_name)
        if method is None or method.kind == "update":
            raise rejects.method_not_found(canister.id, "query", method_name)
        missing = prices.freezing_limit(canister) - upkeep.balance_at(canister, self._now_ns)
        if missing > 0:
            raise rejects.out_of_cycles(canister.id, missing)
        return canister, Context.QUERY if method.kind == "query" else Context.COMPOSITE_QUERY

    def _run(self, context: CallContext, kind: Context, entry: Entry, arg: bytes, depth: int) -> Response:
        """Execute and, while calls are made, answer them and go on."""
        calls: deque[CanisterCall] = deque()
        answer: Response | None = None
        while True:
            api = self._execute(context, kind, entry, arg)
            if isinstance(api, Reject):
                return api
            answer = api.response if answer is None else answer
            calls.extend(call for call in api.calls if call.context is not None)
            if not calls:
                return rejects.did_not_reply(context.canister.id) if answer is None else answer
            call = calls.popleft()
            response = self.call(call.callee, call.method, call.arg, context.canister.id, depth=depth + 1)
            entry, arg = _resume(call, response)

    def _execute(self, context: CallContext, kind: Context, entry: Entry, arg: bytes) -> MessageApi | Reject:
        canister = context.canister
        module = self._executor.code_of(canister)
        api = MessageApi(self._system, canister, kind, context.caller, arg, self._now_ns, context)
        reject = self._executor.run_and_forget(canister, module, entry, api)
        if reject is not None:
            return reject
        context.instructions += canister.instructions
        context.is_answered = context.is_answered or api.response is not None
        for call in api.calls:
            self._system.in_flight.leave(canister.id, call.callee)
        return api


def _resume(call: CanisterCall, response: Response) -> tuple[Entry, bytes]:
    if call.continuation is None:
        raise AssertionError("a call with a context has a continuation")
    if isinstance(response, Reject):
        return Resume(call.continuation, Rejection(response.code, response.message)), b""
    return Resume(call.continuation, Reply(response)), response
