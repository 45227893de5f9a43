"""All canisters: loaded when first needed, written when their round commits, undone when their message traps.

Whoever changes a record calls `touch` first. That notes the record as it was, for `abort_message`, and that it must be
written, for `flush`. Changes between messages need only the latter, `mark_changed`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.stable_state import StableState
from replica.state.store import Store

_DELETED = b""


class CanisterTable:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = store.tables["canisters"]
        self._loaded: dict[bytes, Canister | None] = {}
        self._dirty: dict[bytes, Canister | None] = {}
        self._journal: list[tuple[Canister, tuple[Any, ...] | None]] = []

    def get(self, canister_id: bytes) -> Canister | None:
        """None if there is no such canister, or no longer."""
        canister = self._loaded.get(canister_id)
        if canister is None and canister_id not in self._dirty:
            data = self._table.get(canister_id) if canister_id else None
            if data:
                canister = self._adopt(Canister.decode(Principal(canister_id), data))
        return canister

    def is_id_used(self, canister_id: bytes) -> bool:
        """Whether the id belongs, or ever belonged, to a canister."""
        return canister_id in self._dirty or self._table.get(canister_id) is not None

    def peek(self, canister_id: bytes) -> Canister | None:
        """As `get`, for looking at it between rounds: what is not in memory is not kept there."""
        data = self._table.get(canister_id) if canister_id else None
        return (self._loaded.get(canister_id) or Canister.decode(Principal(canister_id), data)) if data else None

    def count(self) -> int:
        return sum(1 for _, data in self._table.items() if data)

    def all(self, *, after: bytes = b"") -> Iterator[Canister]:
        """Stored canisters in the order of ids, those beyond `after`, without keeping them. Only between rounds."""
        for canister_id, data in self._table.items(start=after):
            if data and canister_id != after:
                yield self._loaded.get(canister_id) or Canister.decode(Principal(canister_id), data)

    def after(self, canister_id: bytes, count: int) -> list[tuple[Principal, Canister | None]]:
        """The next `count` ids and who has them now, to look at: what is not in memory is not kept there."""
        return [(Principal(key), self._peek(key, data)) for key, data in self._table.items_after(canister_id, count)]

    def ids(self) -> Iterator[Principal]:
        """Every stored canister's id, in order. Only between rounds."""
        return (Principal(canister_id) for canister_id, data in self._table.items() if data)

    def create(self, canister_id: Principal, number: int) -> Canister:
        canister = self._adopt(Canister(canister_id, number))
        self._journal.append((canister, None))
        self._dirty[canister_id] = canister
        return canister

    def delete(self, canister: Canister) -> None:
        """Forget the record; the id stays taken. The caller empties the canister first."""
        self.touch(canister)
        del self._loaded[canister.id]
        self._dirty[canister.id] = None

    def mark_changed(self, canister: Canister) -> None:
        """The record changes on behalf of the round, so no message's trap undoes it."""
        self._dirty[canister.id] = canister

    def touch(self, canister: Canister) -> None:
        """The record changes on behalf of the message that runs."""
        self._journal.append((canister, canister.checkpoint()))
        self._dirty[canister.id] = canister

    # -- Messages and rounds -----------------------------------------------------------------------------------------

    def begin_message(self) -> None:
        self._journal.clear()

    def abort_message(self) -> None:
        """Put every record touched since `begin_message` back, the newest change first."""
        for canister, checkpoint in reversed(self._journal):
            if checkpoint is None:
                del self._loaded[canister.id]
                del self._dirty[canister.id]
            else:
                canister.restore(checkpoint)
                self._loaded[canister.id] = self._dirty[canister.id] = canister
        self._journal.clear()

    def changed(self) -> Iterator[tuple[Principal, Canister | None]]:
        """What `flush` will write: ids with their record, or None for deleted ones."""
        return ((Principal(canister_id), canister) for canister_id, canister in self._dirty.items())

    def flush(self) -> None:
        for canister_id, canister in self._dirty.items():
            self._table.put(canister_id, _DELETED if canister is None else canister.encode())
        self._dirty.clear()
        self._journal.clear()

    def _peek(self, canister_id: bytes, data: bytes) -> Canister | None:
        if canister_id in self._loaded or canister_id in self._dirty:
            return self._loaded.get(canister_id)
        return Canister.decode(Principal(canister_id), data) if data else None

    def _adopt(self, canister: Canister) -> Canister:
        canister.state = StableState(self._store, canister)
        self._loaded[canister.id] = canister
        return canister
