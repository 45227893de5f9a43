"""The replicated state as one object: all tables, and the two scopes in which they change.

`begin_round` .. `commit_round` is what becomes durable and certified together. `begin_message` .. `commit_message` or
`abort_message` is what one message did; the records of canisters and the subnet's counters, which live in memory, are
undone together with the store.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.canister_table import CanisterTable
from replica.state.changes import ChangeTable
from replica.state.chunks import ChunkTable
from replica.state.ingress_records import IngressRecord, IngressTable
from replica.state.logs import LogTable
from replica.state.metrics import Metrics
from replica.state.modules import ModuleTable
from replica.state.snapshots import SnapshotTable
from replica.state.state_tree import StateTree
from replica.state.store import Store
from replica.state.subnet import Subnet
from replica.state.timers import TimerTable

RunBeside = Callable[[Callable[[], None], Callable[[], None]], None]
"""Does the first while, or after, the second."""


def one_after_the_other(work: Callable[[], None], wait_for: Callable[[], None]) -> None:
    wait_for()
    work()


def do_nothing() -> None:
    pass


class ReplicatedState:
    def __init__(self, store: Store, canisters: CanisterTable) -> None:
        self.store = store
        self.subnet = Subnet.load(self.store)
        self.canisters = canisters
        self.timers = TimerTable(self.store)
        self.logs = LogTable(self.store)
        self.modules = ModuleTable(self.store)
        self.chunks = ChunkTable(self.store)
        self.changes = ChangeTable(self.store)
        self.snapshots = SnapshotTable(self.store)
        self.ingress = IngressTable(self.store)
        self.tree = StateTree(self.ingress.get)
        self.heartbeats: set[Principal] = set()
        self._unsettled: list[Principal] = []  # what a crash may have left half done
        self._requests_changed: dict[bytes, IngressRecord | None] = {}
        self.requests_in_round = 0  # how many changed their status in the round that is, or was last, committed
        self._subnet_before = self.subnet.checkpoint()

    @classmethod
    def open(cls, path: Path, *, map_size_bytes: int, is_durable: bool = True) -> Self:
        """Raises `StoreError`."""
        store = Store(path, map_size_bytes=map_size_bytes, is_durable=is_durable)
        return cls(store, CanisterTable(store))

    def certify_all(self) -> None:
        """Build the state tree from the tables, once at the start."""
        self.tree.set_time(self.subnet.time_ns)
        for canister in self.canisters.all():
            self._certify_canister(canister, self._public(canister))
            if canister.cycles_in_flight or canister.status == "stopping":
                self._unsettled.append(canister.id)
        for record in self.ingress.load():
            self.tree.set_request(record.request_id, record.status, record.response)

    def recover_canisters(self) -> None:
        """After a restart no call is in flight: cycles on their way return, and what was stopping has stopped."""
        for canister_id in self._unsettled:
            canister = self.canisters.get(canister_id)
            if canister is not None:
                self.canisters.touch(canister)
                canister.balance += canister.cycles_in_flight
                canister.cycles_in_flight = 0
                canister.status = "stopped" if canister.status == "stopping" else canister.status
        self._unsettled.clear()

    # -- Messages ----------------------------------------------------------------------------------------------------

    def begin_message(self) -> None:
        self.store.begin_message()
        self.canisters.begin_message()
        self._subnet_before = self.subnet.checkpoint()

    def commit_message(self) -> None:
        self.store.commit_message()

    def abort_message(self) -> None:
        self.store.abort_message()
        self.canisters.abort_message()
        self.subnet.restore(self._subnet_before)

    # -- Cycles ------------------------------------------------------------------------------------------------------

    def burn(self, canister: Canister, use: int, amount: int) -> int:
        """Take up to `amount` out of a balance, for good and on record; returns what was taken.

        In a message it is undone with the rest; between messages it stays. The caller has touched or marked the record.
        """
        if amount > canister.balance:
            amount = canister.balance
        canister.balance -= amount
        self.note_burnt(canister, use, amount)
        return amount

    def note_burnt(self, canister: Canister, use: int, amount: int) -> None:
        """Count what is burnt on behalf of a canister; where it came from is the caller's business."""
        consumed = canister.consumed.copy()
        consumed[use] += amount
        canister.consumed = consumed
        self.subnet.cycles_burnt += amount

    # -- Rounds ------------------------------------------------------------------------------------------------------

    def begin_round(self, now_ns: int) -> None:
        self.store.begin_round()
        self.subnet.round_index += 1
        self.subnet.time_ns = now_ns

    def note_request(self, request_id: bytes, record: IngressRecord | None) -> None:
        """The status of a request to certify with this round; None to forget it."""
        self._requests_changed[request_id] = record

    def commit_round(self, run_beside: RunBeside = one_after_the_other, then: Callable[[], None] = do_nothing) -> None:
        """Make the round durable, certify it, and do `then` with the certified tree.

        `run_beside` may do the latter two while the disk is waited for, since they touch nothing but memory. After a
        `StoreError` this object is of no more use.
        """
        changed = [
            (canister_id, canister, self._public(canister)) for canister_id, canister in self.canisters.changed()
        ]
        self.requests_in_round = len(self._requests_changed)
        self.canisters.flush()
        self.subnet.save(self.store)

        def certify() -> None:
            self._certify(changed)
            then()

        run_beside(certify, self.store.commit_round)

    def _certify(self, changed: list[tuple[Principal, Canister | None, str | None]]) -> None:
        self.tree.set_time(self.subnet.time_ns)
        for canister_id, canister, candid in changed:
            if canister is None:
                self.tree.delete_canister(canister_id)
                self.heartbeats.discard(canister_id)
            else:
                self._certify_canister(canister, candid)
        self._certify_requests()

    def metrics(self) -> Metrics:
        subnet = self.subnet
        return Metrics(self.tree.canister_count(), self.store.size_bytes(), subnet.cycles_burnt, subnet.execution_count)

    def close(self) -> None:
        self.store.close()

    def _public(self, canister: Canister | None) -> str | None:
        """The public metadata to certify, read only if something changed."""
        if canister is None or canister.module_hash is None or _view(canister) == canister.certified_view:
            return None
        info = self.modules.info(canister.module_hash)
        return None if info is None else info.candid

    def _certify_canister(self, canister: Canister, candid: str | None) -> None:
        view = _view(canister)
        if view != canister.certified_view:
            self.tree.set_canister(canister, candid)
            canister.certified_view = view
            (self.heartbeats.add if canister.has_heartbeat else self.heartbeats.discard)(canister.id)

    def _certify_requests(self) -> None:
        for request_id, record in self._requests_changed.items():
            if record is None:
                self.tree.delete_request(request_id)
            else:
                self.tree.set_request(request_id, record.status, record.response)
        self._requests_changed.clear()

    def allocate_canister_id(self) -> Principal:
        """The next id that nobody ever had."""
        while True:
            canister_id = Principal.from_counter(self.subnet.next_canister_counter)
            self.subnet.next_canister_counter += 1
            if not self.canisters.is_id_used(canister_id):
                return canister_id


def _view(canister: Canister) -> tuple[object, ...]:
    """What the state tree shows of a canister, besides what goes with its module."""
    return (
        canister.controllers,
        canister.module_hash,
        canister.certified_data,
        canister.created_at_ns,
        canister.installed_at_ns,
    )
