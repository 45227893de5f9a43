"""The stable memory of one canister: numbered maps, and raw pages.

Keys of the table `maps` are canister number, memory id, key. LMDB takes keys of at most 511 bytes; a longer one is cut
to exactly 511 with a hash at its end, and kept whole in front of the value. A full-length key is therefore always a cut
one. Raw memory is stored in blocks; a block never written is absent and reads as zeros.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

import lmdb

from replica.reject import Trap
from replica.state.canister import PAGE_BYTES, Canister
from replica.state.images import BLOCK_BYTES
from replica.state.instructions import STORAGE, STORAGE_BYTE
from replica.state.store import Store

STABLE_BYTES_MAX: Final = 500 * 2**30

_KEY_BYTES_MAX: Final = 511
_PREFIX_BYTES: Final = 5
_MEMORY_ID: Final = tuple(bytes([memory_id]) for memory_id in range(256))


class StableState:
    """Implements `CanisterState` of the system API, inside whatever transaction of the store is current.

    What code reads and writes counts towards the instructions of the message that runs.
    """

    __slots__ = ("_canister", "_maps", "_pages", "_prefix", "_store")

    def __init__(self, store: Store, canister: Canister) -> None:
        self._store = store
        self._canister = canister
        self._prefix = canister.prefix
        self._maps = store.tables["maps"].db
        self._pages = store.tables["pages"]

    # -- Maps --------------------------------------------------------------------------------------------------------

    def map_get(self, memory_id: int, key: bytes) -> bytes | None:
        full = self._prefix + _MEMORY_ID[memory_id] + key
        value: bytes | None
        if len(full) < _KEY_BYTES_MAX:
            value = self._store.txn.get(full, db=self._maps)
        else:
            kept = self._store.txn.get(_cut(full), db=self._maps)
            value = None if kept is None else _split(kept)[1]
        self._canister.instructions += STORAGE if value is None else STORAGE + STORAGE_BYTE * len(value)
        return value

    def map_put(self, memory_id: int, key: bytes, value: bytes) -> bytes | None:
        full = self._prefix + _MEMORY_ID[memory_id] + key
        previous: bytes | None
        try:
            if len(full) < _KEY_BYTES_MAX:
                previous = self._store.writer().replace(full, value, db=self._maps)
            else:
                whole = len(key).to_bytes(4, "big") + key + value
                kept = self._store.writer().replace(_cut(full), whole, db=self._maps)
                previous = None if kept is None else _split(kept)[1]
        except lmdb.Error as error:
            raise self._store.failure(error) from error
        self._canister.instructions += STORAGE + STORAGE_BYTE * len(value)
        if previous is None:
            self._count(memory_id, 1, len(key) + len(value))
        elif len(value) != len(previous):
            self._count(memory_id, 0, len(value) - len(previous))
        return previous

    def map_delete(self, memory_id: int, key: bytes) -> bytes | None:
        previous = self.map_get(memory_id, key)
        if previous is not None:
            full = self._prefix + _MEMORY_ID[memory_id] + key
            try:
                self._store.writer().delete(full if len(full) < _KEY_BYTES_MAX else _cut(full), db=self._maps)
            except lmdb.Error as error:
                raise self._store.failure(error) from error
            self._count(memory_id, -1, -len(key) - len(previous))
        return previous

    def map_len(self, memory_id: int) -> int:
        return self._canister.map_totals.get(memory_id, (0, 0))[0]

    def map_items(self, memory_id: int) -> Iterator[tuple[bytes, bytes]]:
        items = self._store.tables["maps"].items(self._prefix + _MEMORY_ID[memory_id])
        # Read at once: the canister may write to the map while it walks through it.
        entries = [(key[_PREFIX_BYTES:], value) if len(key) < _KEY_BYTES_MAX else _split(value) for key, value in items]
        self._canister.instructions += sum(STORAGE + STORAGE_BYTE * len(value) for _, value in entries)
        return iter(entries)

    def entries(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Every entry of every map: memory id, key, value; in the order of the store.

        They are read a part at a time, and the store may be written to meanwhile, but not these maps.
        """
        for batch in self._store.tables["maps"].batches(self._prefix):
            for full, value in batch:
                memory_id = full[_PREFIX_BYTES - 1]
                if len(full) < _KEY_BYTES_MAX:
                    yield memory_id, full[_PREFIX_BYTES:], value
                else:
                    yield memory_id, *_split(value)

    def _count(self, memory_id: int, entries: int, size_bytes: int) -> None:
        canister = self._canister
        if canister.are_totals_shared:
            canister.map_totals = canister.map_totals.copy()
            canister.are_totals_shared = False
        totals = canister.map_totals
        old_entries, old_bytes = totals.get(memory_id, (0, 0))
        totals[memory_id] = (old_entries + entries, old_bytes + size_bytes)
        canister.stable_bytes += size_bytes
        if canister.stable_bytes > STABLE_BYTES_MAX:
            raise Trap("out of stable memory", "IC0507")

    # -- Raw memory --------------------------------------------------------------------------------------------------

    def stable_pages(self) -> int:
        """What maps take counts too: on the Internet Computer they lie in the same memory. NOT LIKE THE IC: there each
        map in use takes 8 MiB at a time."""
        return -(-self._canister.stable_bytes // PAGE_BYTES)

    def stable_grow(self, pages: int) -> int | None:
        canister = self._canister
        if pages < 0 or canister.stable_bytes + pages * PAGE_BYTES > STABLE_BYTES_MAX:
            return None
        old = canister.raw_pages
        canister.raw_pages += pages
        canister.stable_bytes += pages * PAGE_BYTES
        return old

    def stable_read(self, offset: int, size: int) -> bytes:
        self._check_bounds(offset, size)
        self._canister.instructions += STORAGE + STORAGE_BYTE * size
        parts = []
        while size > 0:
            number, start = divmod(offset, BLOCK_BYTES)
            part = self._block(number)[start : start + size]
            parts.append(part)
            offset, size = offset + len(part), size - len(part)
        return b"".join(parts)

    def stable_write(self, offset: int, data: bytes) -> None:
        self._check_bounds(offset, len(data))
        self._canister.instructions += STORAGE + STORAGE_BYTE * len(data)
        written = 0
        while written < len(data):
            number, start = divmod(offset + written, BLOCK_BYTES)
            part = data[written : written + BLOCK_BYTES - start]
            block = self._block(number)
            self._pages.put(self._block_key(number), block[:start] + part + block[start + len(part) :])
            written += len(part)

    def raw_blocks(self) -> Iterator[tuple[int, bytes]]:
        """The blocks of raw memory that were ever written, in order, with their numbers. As `entries`."""
        for batch in self._pages.batches(self._prefix):
            for key, block in batch:
                yield int.from_bytes(key[len(self._prefix) :], "big"), block

    def put_raw_block(self, number: int, block: bytes) -> None:
        self._pages.put(self._block_key(number), block)

    def _block(self, number: int) -> bytes:
        return self._pages.get(self._block_key(number)) or bytes(BLOCK_BYTES)

    def _block_key(self, number: int) -> bytes:
        return self._prefix + number.to_bytes(5, "big")

    def _check_bounds(self, offset: int, size: int) -> None:
        if offset < 0 or size < 0 or offset + size > self._canister.raw_pages * PAGE_BYTES:
            raise Trap("stable memory out of bounds", "IC0502")

    def clear(self) -> None:
        """Forget all stable memory, as installing anew does."""
        self._store.tables["maps"].delete_prefix(self._prefix)
        self._pages.delete_prefix(self._prefix)
        self._canister.map_totals = {}
        self._canister.stable_bytes = self._canister.raw_pages = 0


def _cut(full: bytes) -> bytes:
    return full[: _KEY_BYTES_MAX - 32] + sha256(full).digest()


def _split(kept: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(kept[:4], "big")
    return kept[4:end], kept[end:]
