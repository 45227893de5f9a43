"""What was done to each canister, by whom: the newest 20 changes. Interface spec, "Canister history"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgpack

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.store import Store

CHANGES_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Change:
    """`details` is the variant of the management interface: a tag, and its fields."""

    timestamp_ns: int
    canister_version: int
    origin: Principal
    origin_version: int | None
    """The version of the canister that asked for the change; None if a user did."""
    tag: str
    fields: dict[str, object]


class ChangeTable:
    def __init__(self, store: Store) -> None:
        self._table = store.tables["changes"]

    def append(self, canister: Canister, change: Change) -> None:
        """Note a change. The caller has touched the canister."""
        fields = [
            change.timestamp_ns,
            change.canister_version,
            change.origin,
            change.origin_version,
            change.tag,
            change.fields,
        ]
        self._table.put(self._key(canister, canister.changes_total), msgpack.packb(fields))
        canister.changes_total += 1
        if canister.changes_total > CHANGES_MAX:
            self._table.delete(self._key(canister, canister.changes_total - CHANGES_MAX - 1))

    def newest(self, canister: Canister, count: int) -> list[Change]:
        """The newest `count` changes, the oldest of them first."""
        changes = [self._decode(value) for _, value in self._table.items(canister.prefix)]
        return changes[-count:] if count else []

    def size_bytes(self, canister: Canister) -> int:
        return sum(len(value) for _, value in self._table.items(canister.prefix))

    def clear(self, canister: Canister) -> None:
        self._table.delete_prefix(canister.prefix)

    @staticmethod
    def _decode(data: bytes) -> Change:
        timestamp_ns, version, origin, origin_version, tag, fields = msgpack.unpackb(data)
        return Change(timestamp_ns, version, Principal(origin), origin_version, tag, fields)

    @staticmethod
    def _key(canister: Canister, index: int) -> bytes:
        return canister.prefix + index.to_bytes(8, "big")
