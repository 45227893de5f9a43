"""A reader of the replica's state in another process: answers queries and inspects ingress beside the rounds.

It sees the last committed round and changes nothing. What it cannot do it leaves to the core: queries that ask for a
certificate, that write (and forget) stable memory, or that are for the management canister. It is an economy, never an
authority: the core checks again whatever it executes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from replica.certification.keys import NodeKey
from replica.clock import Clock
from replica.execution.system_api import Engine
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.routing.admission import Admission
from replica.routing.config import ReplicaConfig
from replica.routing.executor import Executor
from replica.routing.in_flight import InFlight
from replica.routing.message_api import System
from replica.routing.queries import Queries
from replica.routing.requests import CallRequest, QueryReply, QueryRequest
from replica.routing.watchdog import Watchdog
from replica.state.directory import state_path
from replica.state.snapshot import CoreNeeded, SnapshotStore, open_snapshot
from replica.state.subnet import Subnet

T = TypeVar("T")

_METHODS_MAX: Final = 10_000


class Reader:
    def __init__(
        self, directory: Path, node_key: NodeKey, *, engine: Engine, clock: Clock, config: ReplicaConfig
    ) -> None:
        """`directory` is that of a replica that is open. Raises `StoreError`."""
        self._store, self._state = open_snapshot(state_path(directory), map_size_bytes=config.map_size_bytes)
        self._clock = clock
        self._watchdog = Watchdog(config.execution_seconds_max)
        core = _Core(self._store)
        system = System(self._state, clock, core, InFlight(config.calls_in_flight_max))
        executor = Executor(system, engine, self._watchdog)
        self._admission = Admission(system, executor)
        self._queries = Queries(system, executor, core, node_key)
        self._methods_of_core: set[tuple[bytes, str]] = set()

    def close(self) -> None:
        self._watchdog.close()
        self._store.close()

    def query(self, request: QueryRequest) -> QueryReply | None:
        """None if only the core can answer."""
        return None if request.canister_id == MANAGEMENT else self._read(request, self._queries.answer)

    def is_welcome(self, request: CallRequest) -> bool:
        """Whether the canister lets this call in; False also if that cannot be said here, or is for the core to say.

        A refusal is left to the core because it knows which calls it has executed already: those are not inspected.
        """
        return request.canister_id != MANAGEMENT and self._read(request, self._inspect) is True

    def _inspect(self, request: CallRequest) -> bool:
        try:
            self._admission.check_size(request)
            self._admission.check_ingress(request, max(self._clock.now_ns(), self._state.subnet.time_ns))
        except Reject:
            return False
        return True

    def _read(self, request: CallRequest | QueryRequest, action: Callable[..., T]) -> T | None:
        self._store.renew()
        try:
            # What certificates and canisters have seen of the time must not lie ahead of what they see here.
            self._state.subnet.time_ns = Subnet.load(self._store).time_ns
            method = self._method(request.canister_id, request.method_name)
            if method in self._methods_of_core:
                return None
            result = self._attempt(action, request)
            if self._store.is_core_needed:
                self._remember(method)
                return None
            return result
        finally:
            self._store.release()

    def _attempt(self, action: Callable[..., T], request: CallRequest | QueryRequest) -> T | None:
        try:
            return action(request)
        except CoreNeeded:
            self._state.abort_message()
            return None

    def _method(self, canister_id: Principal, name: str) -> tuple[bytes, str]:
        """All canisters with the same code need the core for the same methods."""
        canister = self._state.canisters.get(canister_id)
        return (canister and canister.module_hash) or b"", name

    def _remember(self, method: tuple[bytes, str]) -> None:
        if len(self._methods_of_core) >= _METHODS_MAX:
            self._methods_of_core.clear()
        self._methods_of_core.add(method)


class _Core:
    """Stands where parts of the core stand that are not here: the state tree and the management canister."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store

    def certificate(self, paths: object) -> bytes:
        self._store.need_core()

    def query(self, request: QueryRequest, now_ns: int) -> bytes:
        self._store.need_core()

    def query_by_canister(self, caller: Principal, method: str, arg: bytes, now_ns: int) -> bytes:
        self._store.need_core()
