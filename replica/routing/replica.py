"""The face of the core: what a shell (HTTP, a test, the simulator) does with a replica.

    submit(call) ... tick() ... is_finished(id) -> request_certificate(id)
    query(...), read_state(...)      any time between ticks
    take_outcalls() ... finish_outcall(id, result)

There is no waiting here, and nothing runs by itself (`beside.py` works only while a commit waits): the shell decides
when to tick, and must not answer a caller before the tick that executed the call has returned, since that is when it is
durable. Time and chance come from outside, so equal inputs make equal states.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, Self

from replica.certification.keys import NodeKey, RootKey
from replica.clock import Clock
from replica.execution.system_api import Engine
from replica.management.host import Subnet
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.rng import Rng
from replica.routing.admission import Admission
from replica.routing.beside import Beside
from replica.routing.calls import Calls
from replica.routing.certifier import Certifier
from replica.routing.config import VERSION, ReplicaConfig
from replica.routing.executor import Executor
from replica.routing.in_flight import InFlight
from replica.routing.ingress_history import IngressHistory
from replica.routing.management_gate import ManagementGate
from replica.routing.message_api import System
from replica.routing.outcall import Outcall, OutcallResult
from replica.routing.outcall_policy import OutcallPolicy
from replica.routing.outcalls import Outcalls
from replica.routing.overview import Overview
from replica.routing.queries import Queries
from replica.routing.read_state import check_paths, shows_metrics
from replica.routing.requests import CallRequest, QueryReply, QueryRequest, ReadStateRequest
from replica.routing.scheduler import Scheduler
from replica.routing.tasks import Tasks
from replica.routing.watchdog import Watchdog
from replica.state.directory import DataDirectory, DirectoryError
from replica.state.replicated_state import ReplicatedState, one_after_the_other
from replica.state.store import StoreError

_DEFAULT_CONFIG = ReplicaConfig()
_KEY_BYTES = 32
_CERTIFIED_AHEAD_MAX: Final = 1_000


class Replica:
    """Made by `open`. Its methods must not be called from two threads at a time."""

    root_key_der: bytes
    subnet_id: Principal
    node_id: Principal
    outcall_policy: OutcallPolicy

    def __init__(
        self, directory: DataDirectory, *, engine: Engine, clock: Clock, rng: Rng, config: ReplicaConfig
    ) -> None:
        root_secret = directory.secret("root_key", lambda: RootKey.generate(rng).secret, size_bytes=_KEY_BYTES)
        node_seed = directory.secret("node_key", lambda: NodeKey.generate(rng).seed, size_bytes=_KEY_BYTES)
        root_key = RootKey.from_secret(root_secret)
        self.node_key = NodeKey.from_seed(node_seed)
        self.root_key_der = root_key.public_key_der
        self.subnet_id = Principal.self_authenticating(root_key.public_key_der)
        self.node_id = Principal.self_authenticating(self.node_key.public_key_der)
        self.outcall_policy = config.outcalls
        self._directory = directory
        self._clock = clock
        self._state = ReplicatedState.open(
            directory.state_path, map_size_bytes=config.map_size_bytes, is_durable=config.is_durable
        )
        self._watchdog = Watchdog(config.execution_seconds_max)
        self._certifier = Certifier(
            self._state.tree, root_key, clock, age_seconds_max=config.certificate_age_seconds_max
        )
        system = System(self._state, clock, self._certifier, InFlight(config.calls_in_flight_max))
        executor = Executor(system, engine, self._watchdog)
        self._admission = Admission(system, executor)
        self._history = IngressHistory(self._state, reply_kept_seconds=config.reply_kept_seconds)
        calls = Calls(
            system,
            executor,
            self._admission,
            self._history,
            queue=config.message_queue(),
            stop_timeout_seconds=config.stop_timeout_seconds,
        )
        self._outcalls = Outcalls(system, executor, calls)
        calls.subnet_id = self.subnet_id
        self._management = calls.management = ManagementGate(
            system, executor, calls, self._outcalls, rng, config, self._subnet(config)
        )
        tasks = Tasks(self._state, calls, heartbeat_interval_seconds=config.heartbeat_interval_seconds)
        self._scheduler = Scheduler(system, calls, tasks, self._outcalls, self._history, config)
        self._overview = Overview(self._state, self._scheduler)
        self._queries = Queries(system, executor, self._management, self.node_key)
        self._state.tree.set_subnet(
            self.subnet_id,
            public_key_der=root_key.public_key_der,
            node_key_der=self.node_key.public_key_der,
            ranges=config.ranges,
        )
        self._beside = Beside() if config.is_durable else None
        self._run_beside = one_after_the_other if self._beside is None else self._beside.run
        self._certificates: dict[bytes, bytes] = {}  # of requests that the last round finished, made ahead
        self._next_event_ns: int | None = None
        self._is_usable = True
        self._recover()

    @classmethod
    def open(
        cls, directory: Path, *, engine: Engine, clock: Clock, rng: Rng, config: ReplicaConfig = _DEFAULT_CONFIG
    ) -> Self:
        """Open the replica that lives in `directory`, or begin one there. Raises `DirectoryError` or `StoreError`."""
        data = DataDirectory(directory)
        try:
            return cls(data, engine=engine, clock=clock, rng=rng, config=config)
        except BaseException as error:
            data.close()
            if isinstance(error, (DirectoryError, StoreError)) or not isinstance(error, Exception):
                raise
            # What was read is nothing that this code has written.
            text = f"the state in {directory} is damaged: {error!r}; restore it, or use another data directory"
            raise StoreError(text) from error

    def close(self) -> None:
        self._watchdog.close()
        if self._beside is not None:
            self._beside.close()
        self._state.close()
        self._directory.close()

    # -- Updates -----------------------------------------------------------------------------------------------------

    def submit(self, request: CallRequest, *, is_welcome: bool = False) -> None:
        """Queue a call for the next round. A call that is known already is not executed again.

        Raises `Reject` if it is refused at once: nothing of it is kept, and the caller may send it again. `is_welcome`
        says that a `Reader` has asked the canister already whether it lets the call in.
        """
        self._check_usable()
        if request.request_id in self._history:
            return
        if not is_welcome:
            self._check_ingress(request)
        self._scheduler.check_capacity()
        self._scheduler.arrive(self._history.receive(request))

    def _check_ingress(self, request: CallRequest) -> None:
        self._admission.check_size(request)
        now_ns = self._round_time_ns()
        if request.canister_id == MANAGEMENT:
            self._management.check_ingress(request, now_ns)
        else:
            self._admission.check_ingress(request, now_ns)

    def record_refusal(self, request: CallRequest, reject: Reject) -> None:
        """Have the next round note that `submit` refused the request.

        For callers that learn of an answer only by polling for its status. From here on the request counts as known.
        """
        if request.request_id not in self._history:
            self._scheduler.refuse(self._history.receive(request), reject)

    def tick(self, wanted: Collection[bytes] = ()) -> None:
        """One round: execute what is queued and due, commit it durably once, certify it once.

        `wanted` are request ids whose certificates will be asked for as soon as they are finished: they are made while
        the disk is waited for. Raises `StoreError` if the round failed; then nothing of it is kept, and the replica
        must be opened anew.
        """
        self._check_usable()
        self._is_usable = False
        self._state.begin_round(self._round_time_ns())
        self._scheduler.run_round(self._state.subnet.time_ns)
        self._certificates.clear()
        self._state.commit_round(self._run_beside, lambda: self._certify_ahead(wanted))
        self._is_usable = True
        self._next_event_ns = self._scheduler.next_event_ns()

    def has_work(self) -> bool:
        """Whether a tick would do anything now."""
        if self._scheduler.has_messages():
            return True
        return self._next_event_ns is not None and self._next_event_ns <= self._clock.now_ns()

    def next_timer_ns(self) -> int | None:
        """When there will be work without anybody asking for it."""
        return self._next_event_ns

    def is_finished(self, request_id: bytes) -> bool:
        """Replied or rejected, committed and certified."""
        return self._is_usable and self._history.is_finished(request_id)

    def request_certificate(self, request_id: bytes) -> bytes:
        """Reveals `/request_status/<request_id>` and `/time`."""
        self._check_usable()
        return self._certificates.pop(request_id, None) or self._status_certificate(request_id)

    def _status_certificate(self, request_id: bytes) -> bytes:
        return self._certifier.certificate([(b"request_status", request_id), (b"time",)])

    def _certify_ahead(self, wanted: Collection[bytes]) -> None:
        # The tree has so many at hand; others it would read from the store, which is busy.
        if self._state.requests_in_round <= _CERTIFIED_AHEAD_MAX:
            finished = filter(self._history.is_finished, wanted)
            self._certificates = {request_id: self._status_certificate(request_id) for request_id in finished}

    # -- Outcalls ----------------------------------------------------------------------------------------------------

    def take_outcalls(self) -> list[Outcall]:
        """Requests that canisters made and committed rounds have paid for; each is handed out once."""
        self._check_usable()
        return self._outcalls.take()

    def awaits_outcall(self, outcall_id: int) -> bool:
        """Whether somebody still waits for it; what waited too long for its turn need not be sent."""
        return self._outcalls.awaits(outcall_id)

    def finish_outcall(self, outcall_id: int, result: OutcallResult) -> None:
        """Have the next round answer the canister. A result that came too late for a round is dropped."""
        if self._is_usable:
            self._outcalls.finish(outcall_id, result)

    # -- Reads -------------------------------------------------------------------------------------------------------

    def query(self, request: QueryRequest) -> QueryReply:
        self._check_usable()
        return self._queries.answer(request)

    def read_state(self, request: ReadStateRequest) -> bytes:
        """A certificate that reveals what is asked for, and `/time`. Raises `ReadStateError`."""
        self._check_usable()
        check_paths(request, self._history, self.subnet_id)
        if shows_metrics(request.paths):
            self._state.tree.set_metrics(self.subnet_id, self._state.metrics())
        return self._certifier.certificate([*request.paths, (b"time",)])

    @property
    def time_ns(self) -> int:
        """When the last round was."""
        return self._state.subnet.time_ns

    def oversee(self, question: str, details: Mapping[str, Any]) -> Any:
        """For the operator alone: see `Overview`."""
        self._check_usable()
        return self._overview.answer(question, details)

    def state_digest(self) -> bytes:
        """One hash over all that is stored: equal runs end with equal digests."""
        return self._state.store.digest()

    # -- Opening -----------------------------------------------------------------------------------------------------

    def _subnet(self, config: ReplicaConfig) -> Subnet:
        return Subnet(
            self.subnet_id,
            self.node_id,
            VERSION,
            config.map_size_bytes,
            config.subnet_admins,
            config.provisional_canisters_max,
        )

    def _recover(self) -> None:
        """The first round: end what was in flight when the replica stopped."""
        self._check_root_key()
        self._state.certify_all()
        self._state.begin_round(self._round_time_ns())
        self._state.subnet.root_key_der = self.root_key_der
        self._state.recover_canisters()
        for call in self._history.recover():
            self._scheduler.arrive(call)
        self._state.commit_round()
        self._next_event_ns = self._scheduler.next_event_ns()

    def _check_usable(self) -> None:
        """What a broken round left in memory was never committed, so nobody may see it."""
        if not self._is_usable:
            raise StoreError("a round could not be finished; the replica must be opened anew")

    def _check_root_key(self) -> None:
        known = self._state.subnet.root_key_der
        if known and known != self.root_key_der:
            raise DirectoryError(
                f"the root key in {self._directory.path} is not the one this state was made with; restore keys/root_key"
            )

    def _round_time_ns(self) -> int:
        return max(self._clock.now_ns(), self._state.subnet.time_ns)
