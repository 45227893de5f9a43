"""The core in the same process as HTTP: for tests, for replicas inside other programs, and for one-process runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from replica.clock import Clock
from replica.http.outcalls import Outcaller, OutcallRunner
from replica.http.round_driver import RoundDriver, Rounds
from replica.principal import Principal
from replica.reject import Reject
from replica.routing.requests import CallRequest, QueryReply, QueryRequest, ReadStateRequest


class LocalReplica(Rounds, Outcaller, Protocol):
    """The face of `replica.routing.replica.Replica`, as far as it is used here."""

    @property
    def root_key_der(self) -> bytes: ...
    @property
    def subnet_id(self) -> Principal: ...
    @property
    def node_id(self) -> Principal: ...
    def request_certificate(self, request_id: bytes) -> bytes: ...
    def query(self, request: QueryRequest) -> QueryReply: ...
    def read_state(self, request: ReadStateRequest) -> bytes: ...
    def oversee(self, question: str, details: Mapping[str, Any]) -> Any: ...
    def close(self) -> None: ...


class LocalCore:
    """Implements `Core`."""

    def __init__(self, replica: LocalReplica, clock: Clock, *, on_failure: Callable[[], None]) -> None:
        """`on_failure` is told when a round failed: the replica must then be opened anew."""
        self.root_key_der = replica.root_key_der
        self.subnet_id = replica.subnet_id
        self.node_id = replica.node_id
        self.replica = replica
        self._clock = clock
        self.driver = RoundDriver(replica, clock, on_failure=on_failure, after_round=self._after_round)
        self._outcalls = OutcallRunner(replica, on_result=self.driver.wake)

    async def start(self) -> None:
        self.driver.start()

    async def stop(self) -> None:
        self.driver.stop()
        await self._outcalls.stop()
        self.replica.close()

    def _after_round(self) -> None:
        self._outcalls.begin_new()

    async def submit(self, request: CallRequest) -> None:
        try:
            self.driver.submit(request)
        except Reject as reject:
            self.driver.note_refusal(request, reject)
            raise

    async def call(self, request: CallRequest, *, timeout_seconds: float) -> bytes | None:
        self.driver.submit(request)
        if not await self.driver.wait_until_finished(request.request_id, timeout_seconds=timeout_seconds):
            return None
        return self.replica.request_certificate(request.request_id)

    async def query(self, request: QueryRequest) -> QueryReply:
        return self.replica.query(request)

    async def read_state(self, request: ReadStateRequest) -> bytes:
        return self.replica.read_state(request)

    async def oversee(self, question: str, details: Mapping[str, Any]) -> Any:
        return self.replica.oversee(question, details)

    async def advance_time(self, *, seconds: float) -> None:
        self.move_clock(seconds=seconds)

    def move_clock(self, *, seconds: float) -> None:
        self._clock.advance(seconds=seconds)
        self.driver.clock_moved()
