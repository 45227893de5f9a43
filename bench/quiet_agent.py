"""An `Agent` (see `parley.agent`) on a core in this process: nobody signs, and waiting is ticking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.agent import AgentError, AgentRejected, read_reply
from replica.principal import Principal
from replica.reject import Reject
from replica.routing.requests import QueryRejected, QueryRequest

if TYPE_CHECKING:
    from bench.world import World


@dataclass(frozen=True, slots=True)
class CoreAgent:
    world: World
    principal: Principal

    def update(
        self, canister_id: Principal, method: str, arg: bytes, effective_canister_id: Principal | None = None
    ) -> bytes:
        """Raises `AgentRejected`."""
        target = canister_id if effective_canister_id is None else effective_canister_id
        request = self.world.request(self.principal, canister_id, method, arg, target)
        try:
            self.world.round([request])
        except Reject as reject:
            raise AgentRejected(int(reject.code), reject.message, reject.error_code) from reject
        reply = read_reply(self.world.core.request_certificate(request.request_id), request.request_id)
        if reply is None:
            raise AgentError(f"{method} does not end, or only with time")
        return reply

    def query(
        self, canister_id: Principal, method: str, arg: bytes, effective_canister_id: Principal | None = None
    ) -> bytes:
        """Raises `AgentRejected`."""
        target = canister_id if effective_canister_id is None else effective_canister_id
        answer = self.world.core.query(
            QueryRequest(self.world.next_request_id(), self.principal, canister_id, method, arg, target)
        )
        if isinstance(answer, QueryRejected):
            raise AgentRejected(int(answer.code), answer.message, answer.error_code)
        return answer.arg
