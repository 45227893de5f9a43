"""The state of the last committed round, seen from another process than the one that makes rounds.

    renew ... read ... release      every reading is at the newest round, and pins its pages no longer than it lasts

Reading costs no process a lock. Nothing can be written here: whoever tries gets `CoreNeeded`, and what it was doing is
done again where the state lives. That exception is no `Exception`, so that canister code does not take it for its own;
`is_core_needed` remembers it in case the code swallows it all the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NoReturn

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.canister_table import CanisterTable
from replica.state.replicated_state import ReplicatedState
from replica.state.stable_state import StableState
from replica.state.store import Store

_CANISTERS_KEPT_MAX: Final = 20_000


class CoreNeeded(BaseException):
    """Only the process that makes rounds can do this."""


class SnapshotStore(Store):
    def __init__(self, path: Path, *, map_size_bytes: int) -> None:
        super().__init__(path, map_size_bytes=map_size_bytes, is_read_only=True)
        self.is_core_needed = False
        self.release()

    def renew(self) -> None:
        self.is_core_needed = False
        # Cheap: the library keeps a spare reader and only resets it.
        self._reader = self.txn = self._environment.begin()

    def release(self) -> None:
        self._reader.abort()

    def writer(self) -> NoReturn:
        self.need_core()

    def need_core(self) -> NoReturn:
        self.is_core_needed = True
        raise CoreNeeded


class SnapshotCanisters(CanisterTable):
    """Records as stored; one that has not changed since it was read last is not decoded again."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._kept: dict[bytes, tuple[bytes, Canister]] = {}

    def get(self, canister_id: bytes) -> Canister | None:
        data = self._table.get(canister_id) if canister_id else None
        if not data:
            return None
        kept = self._kept.get(canister_id)
        return kept[1] if kept is not None and kept[0] == data else self._keep(canister_id, data)

    def touch(self, canister: Canister) -> None:
        self._journal.append((canister, canister.checkpoint()))

    def abort_message(self) -> None:
        for canister, checkpoint in reversed(self._journal):
            if checkpoint is not None:
                canister.restore(checkpoint)
        self._journal.clear()

    def _keep(self, canister_id: bytes, data: bytes) -> Canister:
        if len(self._kept) >= _CANISTERS_KEPT_MAX:
            self._kept.clear()
        canister = Canister.decode(Principal(canister_id), data)
        canister.state = StableState(self._store, canister)
        self._kept[canister_id] = data, canister
        return canister


def open_snapshot(path: Path, *, map_size_bytes: int) -> tuple[SnapshotStore, ReplicatedState]:
    """Raises `StoreError`."""
    store = SnapshotStore(path, map_size_bytes=map_size_bytes)
    store.renew()
    try:
        return store, ReplicatedState(store, SnapshotCanisters(store))
    finally:
        store.release()
