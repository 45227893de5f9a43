"""What canisters printed: the newest that each one's `log_memory_limit` has room for, whole records.

Indexes rise from 0 and never start again, so a reader can tell what it has seen. Interface spec, "Canister logs".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replica.state.canister import Canister
from replica.state.store import Store

# What a record weighs beside its content, so that empty records are bounded too.
RECORD_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class LogRecord:
    index: int
    timestamp_ns: int
    content: bytes


class LogTable:
    def __init__(self, store: Store) -> None:
        self._table = store.tables["logs"]

    def append(self, canister: Canister, now_ns: int, content: bytes) -> None:
        """Add a record, unless the canister keeps no log. The caller has touched the canister."""
        size_bytes_max = canister.settings.log_memory_limit
        if size_bytes_max < RECORD_BYTES:
            return
        content = content[: size_bytes_max - RECORD_BYTES]
        self._table.put(self._key(canister, canister.log_next), now_ns.to_bytes(8, "big") + content)
        canister.log_next += 1
        canister.log_bytes += len(content) + RECORD_BYTES
        self.fit(canister)

    def fit(self, canister: Canister) -> None:
        """Drop what is more than the canister's limit. The caller has touched the canister."""
        while canister.log_bytes > canister.settings.log_memory_limit:
            self._drop_oldest(canister)

    def records(self, canister: Canister) -> list[LogRecord]:
        return [
            LogRecord(int.from_bytes(key[4:], "big"), int.from_bytes(value[:8], "big"), value[8:])
            for key, value in self._table.items(canister.prefix)
        ]

    def clear(self, canister: Canister) -> None:
        self._table.delete_prefix(canister.prefix)
        canister.log_first = canister.log_next
        canister.log_bytes = 0

    def _drop_oldest(self, canister: Canister) -> None:
        key = self._key(canister, canister.log_first)
        content = (self._table.get(key) or bytes(8))[8:]
        self._table.delete(key)
        canister.log_first += 1
        canister.log_bytes -= len(content) + RECORD_BYTES

    @staticmethod
    def _key(canister: Canister, index: int) -> bytes:
        return canister.prefix + index.to_bytes(8, "big")
