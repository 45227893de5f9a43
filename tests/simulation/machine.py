"""A machine that runs the replica, can be killed at any moment, and starts again from what it had committed.

    submit(...)   hand in a call; `on_answer` is told what became of it, once
    turn()        one round, or the death of the process in it; then whoever was answered is told
    crash()       the process dies between two rounds

Dying is done the hard way: the data directory is copied while the core still holds it, uncommitted round and all, and
the next core opens the copy. Calls whose request the next core does not know are answered with `LOST`.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from replica.clock import VirtualClock
from replica.principal import Principal
from replica.reject import Reject
from replica.rng import SeededRng
from replica.routing.config import ReplicaConfig, allow_every_module
from replica.routing.replica import Replica
from replica.routing.requests import CallRequest, QueryRejected, QueryRequest
from replica.state.store import TABLES, Store
from tests.simulation.faults import Crash, Faults
from tests.simulation.faulty_engine import FaultyEngine
from tests.simulation.unruly_queue import UnrulyQueue
from tests.simulation.world import World, copy_data

ROUND_SIZES: Final = (1, 2, 5, 20, 500)
EXPIRY_NS: Final = 300_000_000_000
# Tables whose rows a restart leaves as they are; the others hold calls in flight, which a restart ends.
_LASTING: Final = ("maps", "pages", "timers", "timer_index", "logs", "changes", "module_info")


class Lost:
    """Nobody knows what became of the call: the process died, and its next life has not heard of it."""


LOST: Final = Lost()
Answer = bytes | Reject | Lost


@dataclass(frozen=True, slots=True)
class Pending:
    request: CallRequest
    on_answer: Callable[[Answer], None]


class Machine:
    def __init__(self, world: World, folder: Path, *, seed: int, faults: Faults) -> None:
        self.clock = VirtualClock(world.time_ns)
        self.chance = Random(f"machine {seed}")  # noqa: S311 - repeatable, not secret
        self.faults = faults
        self.engine = FaultyEngine(Random(f"engine {seed}"), faults)  # noqa: S311
        self.crashes = 0
        self.rejects = 0
        self.note: Callable[[str], None] = lambda what: None
        """Is told about the life of the machine."""
        self._rng = SeededRng(seed)
        self._folder = folder
        self._nonce = 0
        self._pending: dict[bytes, Pending] = {}
        self._data = folder / "life 0"
        self.queue: UnrulyQueue
        self.core: Replica
        self.is_calm = False
        copy_data(world.folder, self._data)
        self._open()

    def close(self) -> None:
        self.core.close()

    # -- Calls -------------------------------------------------------------------------------------------------------

    def submit(
        self,
        sender: Principal,
        canister_id: Principal,
        method: str,
        arg: bytes,
        on_answer: Callable[[Answer], None],
        *,
        target: Principal | None = None,
    ) -> CallRequest:
        self._nonce += 1
        request_id = hashlib.sha256(b"request %d" % self._nonce).digest()
        expiry_ns = self.clock.now_ns() + EXPIRY_NS
        request = CallRequest(request_id, sender, canister_id, method, arg, expiry_ns, target or canister_id)
        self.submit_again(request, on_answer)
        return request

    def submit_again(self, request: CallRequest, on_answer: Callable[[Answer], None]) -> None:
        """Hand in the very same request, as a client does that got no answer."""
        try:
            self.core.submit(request)
        except Reject as reject:
            on_answer(reject)
        else:
            self._pending[request.request_id] = Pending(request, on_answer)

    def query(self, sender: Principal, canister_id: Principal, method: str, arg: bytes) -> bytes | Reject:
        self._nonce += 1
        request_id = hashlib.sha256(b"query %d" % self._nonce).digest()
        answer = self.core.query(QueryRequest(request_id, sender, canister_id, method, arg, canister_id))
        if isinstance(answer, QueryRejected):
            return Reject(answer.code, answer.message, answer.error_code)
        return answer.arg

    def has_pending(self) -> bool:
        return bool(self._pending)

    # -- Rounds ------------------------------------------------------------------------------------------------------

    def turn(self) -> None:
        self.queue.pass_round()
        if self.core.has_work():
            try:
                self.core.tick()
            except Crash:
                self._die()
            else:
                self.engine.compare()
                self.check_cycles()
        self._tell_answers()

    def settle(self, turns_max: int = 3_000) -> None:
        """Turn until nothing is left to do now."""
        for _ in range(turns_max):
            if not self.core.has_work() and self.queue.is_empty():
                return
            self.turn()
        raise AssertionError("the replica does not come to rest")

    def next_event_ns(self) -> int | None:
        return self.core.next_timer_ns()

    def calm(self) -> None:
        """Faults stop."""
        self.is_calm = self.engine.is_calm = True
        self.engine.crash_in = None
        self.queue.calm()

    def _tell_answers(self) -> None:
        for request_id, pending in list(self._pending.items()):
            if self.core.is_finished(request_id):
                del self._pending[request_id]
                record = self.core._state.ingress.get(request_id)
                response = None if record is None else record.response
                pending.on_answer(LOST if response is None else response)

    # -- Life and death ----------------------------------------------------------------------------------------------

    def plan_crash(self) -> None:
        """Die soon: between two messages or in the middle of one."""
        victim: Any = self.chance.choice((self.queue, self.engine))
        victim.crash_in = self.chance.randrange(12)

    def crash(self) -> None:
        """Die now."""
        self._die()
        self._tell_answers()

    def _die(self) -> None:
        self.crashes += 1
        self.note(f"dies for the {self.crashes}. time")
        self.engine.forget()
        dead, dead_data = self.core, self._data
        self._data = self._folder / f"life {self.crashes}"
        copy_data(dead_data, self._data)
        dead.close()
        before = self._lasting_digest(dead_data)
        shutil.rmtree(dead_data)
        self._open()
        assert self._digest_of(self.core, _LASTING) == before, "I8: the state after a restart is not the last commit"
        self._tell_lost()

    def restart(self) -> None:
        """Stop in order and start again: everything that lasts must be as it was (I8)."""
        self.note("stops and starts again")
        before = self._digest_of(self.core, _LASTING)
        self.core.close()
        self._open()
        assert self._digest_of(self.core, _LASTING) == before, "I8: the state after a restart is not the state before"
        self._tell_lost()
        self._tell_answers()

    def _tell_lost(self) -> None:
        lost = [pending for id_, pending in self._pending.items() if id_ not in self.core._history]
        for pending in lost:
            del self._pending[pending.request.request_id]
        for pending in lost:
            pending.on_answer(LOST)

    def _open(self) -> None:
        config = ReplicaConfig(
            is_module_allowed=allow_every_module,
            is_durable=False,
            message_queue=self._new_queue,
            messages_per_round_max=self.chance.choice(ROUND_SIZES),
        )
        self.engine.fingerprint = self.fingerprint
        self.core = Replica.open(self._data, engine=self.engine, clock=self.clock, rng=self._rng, config=config)

    def _new_queue(self) -> UnrulyQueue:
        self.queue = UnrulyQueue(self.chance, self.faults, self.engine.compare, self._count_reject)
        if self.is_calm:
            self.queue.calm()
        return self.queue

    def _count_reject(self) -> None:
        self.rejects += 1

    # -- What is stored ----------------------------------------------------------------------------------------------

    def fingerprint(self, canister_id: bytes) -> object:
        """Everything about one canister that a trap must not change; what it printed and paid may."""
        state = self.core._state
        canister = state.canisters.get(canister_id)
        if canister is None:
            return None
        tables = state.store.tables
        rows = [list(tables[name].items(canister.prefix)) for name in ("maps", "pages", "timer_index")]
        record = (canister.certified_data, dict(canister.map_totals), canister.stable_bytes, canister.next_timer_id)
        return rows, record, canister.module_hash

    def check_cycles(self) -> None:
        """I10: minted less burnt is what canisters hold or have in flight."""
        state = self.core._state
        held = sum(canister.balance + canister.cycles_in_flight for canister in state.canisters.all())
        lost = state.subnet.cycles_minted - state.subnet.cycles_burnt - held
        assert lost == 0, f"I10: {lost} cycles are neither burnt nor anywhere"

    def digest(self) -> bytes:
        return self.core.state_digest()

    @staticmethod
    def _lasting_digest(data: Path) -> bytes:
        """The digest of a state that no core has open."""
        store = Store(data / "state", map_size_bytes=2**30, is_durable=False)
        try:
            return _digest(store, _LASTING)
        finally:
            store.close()

    @staticmethod
    def _digest_of(core: Replica, tables: tuple[str, ...]) -> bytes:
        return _digest(core._state.store, tables)


def _digest(store: Any, tables: tuple[str, ...]) -> bytes:
    assert set(tables) <= set(TABLES)
    hasher = hashlib.sha256()
    for name in tables:
        for key, value in store.tables[name].items():
            hasher.update(b"%d %d " % (len(key), len(value)) + key + value)
    return hasher.digest()
