"""What becomes of each ingress message: the only place that moves a request from one status to the next.

    (unknown) -> received -> processing -> replied | rejected -> done -> (unknown)

`received` and `processing` are noted only for messages that a committed round leaves unfinished; most messages go from
unknown to their end within one round. A reply stays readable for some minutes; after that, `done` keeps the request
from being executed again until its expiry has passed. Interface spec, "Overview of canister execution", ingress status.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.routing import rejects
from replica.routing.messages import IngressCall, Response
from replica.routing.requests import CallRequest
from replica.state.ingress_records import IngressRecord, OpenRecord
from replica.state.replicated_state import ReplicatedState

_FORGET_PER_ROUND_MAX = 1_000


@dataclass(frozen=True, slots=True)
class KnownRequest:
    sender: Principal
    effective_canister_id: Principal
    receiver: Principal


class IngressHistory:
    def __init__(self, state: ReplicatedState, *, reply_kept_seconds: int) -> None:
        self._state = state
        self._kept_ns = reply_kept_seconds * 1_000_000_000
        self._open: dict[bytes, IngressCall] = {}

    def __contains__(self, request_id: bytes) -> bool:
        return request_id in self._open or request_id in self._state.ingress

    def is_finished(self, request_id: bytes) -> bool:
        return request_id in self._state.ingress

    def receive(self, request: CallRequest) -> IngressCall:
        call = self._open[request.request_id] = IngressCall(request)
        return call

    def begin(self, call: IngressCall) -> None:
        call.status = "processing"

    def finish(self, call: IngressCall, response: Response) -> None:
        request = call.request
        if isinstance(response, Reject):
            call.status = "rejected"
            response.__traceback__ = None  # it would keep every frame it came through
        else:
            call.status = "replied"
        is_for_management = request.canister_id == MANAGEMENT
        record = IngressRecord(*_ids(request), request.ingress_expiry_ns, call.status, response, is_for_management)
        self._keep(record, forget_at_ns=self._state.subnet.time_ns + self._kept_ns)
        if call.stored_status is not None:
            self._state.ingress.delete_open(request.request_id)
        del self._open[request.request_id]

    def note_unfinished(self) -> None:
        """At the end of a round: remember what is still under way, for readers and for a restart."""
        for call in self._open.values():
            if call.stored_status != call.status:
                self._store_open(call)

    def forget_old(self) -> None:
        """Drop replies that were kept long enough, and requests that can no longer be sent again."""
        now_ns = self._state.subnet.time_ns
        for record in self._state.ingress.take_forgettable(now_ns, _FORGET_PER_ROUND_MAX):
            if record.expiry_ns >= now_ns and record.status != "done":
                done = replace(record, status="done", response=None)
                self._keep(done, forget_at_ns=record.expiry_ns + 1)
            else:
                self._state.note_request(record.request_id, None)

    def find(self, request_id: bytes) -> KnownRequest | None:
        """Who sent a known request, and where to."""
        call = self._open.get(request_id)
        if call is not None:
            request = call.request
            return KnownRequest(request.sender, request.effective_canister_id, request.canister_id)
        record = self._state.ingress.get(request_id)
        if record is None:
            return None
        receiver = MANAGEMENT if record.is_for_management else record.effective_canister_id
        return KnownRequest(record.sender, record.effective_canister_id, receiver)

    # -- Restart -----------------------------------------------------------------------------------------------------

    def recover(self) -> list[IngressCall]:
        """After a restart: what was received waits again; what had begun is rejected, for its outcome is unknown."""
        received = []
        for record in self._state.ingress.open_records():
            call = IngressCall(_request(record))
            call.status = call.stored_status = record.status
            self._open[record.request_id] = call
            if record.status == "received":
                self._note_open(call)
                received.append(call)
            else:
                self.finish(call, rejects.outcome_unknown())
        return received

    def _store_open(self, call: IngressCall) -> None:
        request, status = call.request, call.status
        content = request.canister_id, request.method_name, request.arg
        self._state.ingress.put_open(OpenRecord(*_ids(request), request.ingress_expiry_ns, status, *content))
        call.stored_status = status
        self._note_open(call)

    def _note_open(self, call: IngressCall) -> None:
        request = call.request
        record = IngressRecord(*_ids(request), request.ingress_expiry_ns, call.status)
        self._state.note_request(request.request_id, record)

    def _keep(self, record: IngressRecord, *, forget_at_ns: int) -> None:
        subnet = self._state.subnet
        self._state.ingress.put(record, forget_at_ns=forget_at_ns, number=subnet.next_ingress_number)
        subnet.next_ingress_number += 1
        self._state.note_request(record.request_id, record)


def _ids(request: CallRequest) -> tuple[bytes, Principal, Principal]:
    return request.request_id, request.sender, request.effective_canister_id


def _request(record: OpenRecord) -> CallRequest:
    return CallRequest(
        request_id=record.request_id,
        sender=record.sender,
        canister_id=record.canister_id,
        method_name=record.method_name,
        arg=record.arg,
        ingress_expiry_ns=record.expiry_ns,
        effective_canister_id=record.effective_canister_id,
    )
