"""HTTP outcalls under way: from the round that sent one to the round that answers it.

    begin -> take (the shell performs it) -> finish, or the deadline -> end (transform, answer)

The core opens no sockets: the shell takes requests after a round and hands results back between rounds, so a run with
equal results is equal. What is under way is in memory only. A replica that stops does not know what became of it, and
the callers it finds again are told so, like those of every other call in flight; no request is ever sent twice.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from replica.candid.codec import compile_encoder
from replica.execution.system_api import Call, Context
from replica.management.host import ManagementCall
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT
from replica.reject import Reject, RejectCode
from replica.routing import rejects
from replica.routing.calls import Calls
from replica.routing.executor import Executor
from replica.routing.message_api import MessageApi, System
from replica.routing.messages import CallContext, CanisterCall, OutcallEnd, Response
from replica.routing.outcall import HttpRequest, HttpResponse, Outcall, OutcallResult, Transform

IN_FLIGHT_MAX: Final = 500
BYTES_IN_FLIGHT_MAX: Final = 64 * 2**20
"""Of bodies that wait in memory. NOT LIKE THE IC, which counts requests only."""
DEADLINE_SECONDS: Final = 60

_encode_transform_args: Final = compile_encoder((INTERFACE.definitions["http_transform_args"],))


@dataclass(slots=True)
class _Waiting:
    call: CanisterCall
    refund: int
    transform: Transform | None
    request_bytes: int
    max_response_bytes: int
    deadline_ns: int


class Outcalls:
    def __init__(self, system: System, executor: Executor, calls: Calls) -> None:
        self._system = system
        self._executor = executor
        self._calls = calls
        self._waiting: dict[int, _Waiting] = {}  # by id, oldest first, and so the first to be overdue
        self._outgoing: dict[int, Outcall] = {}
        self._finished: deque[OutcallEnd] = deque()
        self._next_id = 0
        self._bytes_in_flight = 0

    def check_capacity(self) -> None:
        """Raises `Reject` if no more requests may be under way."""
        if len(self._waiting) >= IN_FLIGHT_MAX:
            text = f"max number ({IN_FLIGHT_MAX}) of http requests in-flight reached."
            raise Reject(RejectCode.CANISTER_REJECT, text, "IC0406")
        if self._bytes_in_flight >= BYTES_IN_FLIGHT_MAX:
            text = f"max size ({BYTES_IN_FLIGHT_MAX} bytes) of http requests in-flight reached."
            raise Reject(RejectCode.CANISTER_REJECT, text, "IC0406")

    def begin(self, call: ManagementCall, request: HttpRequest, transform: Transform | None) -> None:
        if not isinstance(call.origin, CanisterCall):
            raise AssertionError("only canisters make outcalls")
        outcall_id, self._next_id = self._next_id, self._next_id + 1
        deadline_ns = call.now_ns + DEADLINE_SECONDS * 1_000_000_000
        size_bytes = len(request.body) + (0 if transform is None else len(transform.context))
        self._waiting[outcall_id] = _Waiting(
            call.origin, call.cycles_available, transform, size_bytes, request.max_response_bytes, deadline_ns
        )
        self._bytes_in_flight += size_bytes
        self._outgoing[outcall_id] = Outcall(outcall_id, request)

    # -- The shell ---------------------------------------------------------------------------------------------------

    def take(self) -> list[Outcall]:
        """Requests that nobody has taken; the shell sends each of them once."""
        taken, self._outgoing = list(self._outgoing.values()), {}
        return taken

    def awaits(self, outcall_id: int) -> bool:
        return outcall_id in self._waiting

    def finish(self, outcall_id: int, result: OutcallResult) -> None:
        """For the next round. What is not waited for any longer is dropped."""
        if outcall_id in self._waiting:
            self._finished.append(OutcallEnd(outcall_id, result))

    # -- Rounds ------------------------------------------------------------------------------------------------------

    def has_finished(self) -> bool:
        return bool(self._finished)

    def next_deadline_ns(self) -> int | None:
        return next((waiting.deadline_ns for waiting in self._waiting.values()), None)

    def due(self, now_ns: int) -> list[OutcallEnd]:
        """What this round has to answer: results first, then what has taken too long."""
        ends, self._finished = list(self._finished), deque()
        timed_out = Reject(RejectCode.SYS_TRANSIENT, "Canister http request timed out")
        for outcall_id, waiting in self._waiting.items():
            if waiting.deadline_ns > now_ns:
                break
            ends.append(OutcallEnd(outcall_id, timed_out))
        return ends

    def end(self, message: OutcallEnd) -> None:
        waiting = self._waiting.pop(message.id, None)
        self._outgoing.pop(message.id, None)
        if waiting is not None:
            self._bytes_in_flight -= waiting.request_bytes
            self._calls.answer(waiting.call, self._answer(waiting, message.result), waiting.refund)

    def _answer(self, waiting: _Waiting, result: OutcallResult) -> Response:
        if isinstance(result, Reject):
            return result
        size_max = waiting.max_response_bytes
        if _size_of(result) > size_max:
            return _fatal(f"Http body exceeds size limit of {size_max} bytes.")
        if waiting.transform is None:
            return INTERFACE.encode_results("http_request", _fields_of(result))
        try:
            return self._transformed(waiting, waiting.transform, result)
        except Reject as reject:
            return reject

    def _transformed(self, waiting: _Waiting, transform: Transform, response: HttpResponse) -> Response:
        """What the caller's own query makes of a response. Raises `Reject`."""
        canister = waiting.call.sender
        if self._system.state.canisters.get(canister.id) is not canister:
            raise rejects.canister_not_found(canister.id)
        module = self._executor.code_of(canister)
        method = module.methods.get(transform.method)
        if method is None or method.kind != "query":
            raise rejects.method_not_found(canister.id, "query", transform.method)
        argument = {"response": _fields_of(response), "context": transform.context}
        arg = _encode_transform_args([argument])
        context = CallContext(canister, None, MANAGEMENT, 0)
        api = _TransformApi(self._system, canister, Context.QUERY, MANAGEMENT, arg, self._calls.now_ns, context)
        reject = self._executor.run_and_forget(canister, module, Call(transform.method, arg), api)
        answer = reject or api.response or rejects.did_not_reply(canister.id)
        if isinstance(answer, bytes) and len(answer) > waiting.max_response_bytes:
            return _fatal(f"Transformed http response exceeds limit: {waiting.max_response_bytes}")
        return answer


class _TransformApi(MessageApi):
    """A query in the middle of a round, where no certificate fits the state yet."""

    __slots__ = ()

    def data_certificate(self) -> bytes | None:
        return None


def _size_of(response: HttpResponse) -> int:
    return len(response.body) + sum(len(name) + len(value) for name, value in response.headers)


def _fields_of(response: HttpResponse) -> dict[str, object]:
    headers = [{"name": name, "value": value} for name, value in response.headers]
    return {"status": response.status, "headers": headers, "body": response.body}


def _fatal(text: str) -> Reject:
    return Reject(RejectCode.SYS_FATAL, text)
