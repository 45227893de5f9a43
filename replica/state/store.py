"""The LMDB environment: tables, and the transactions that rounds and messages are made of.

    begin_round ... commit_round       one durable write transaction
      begin_message ... commit_message   nested in it, begun at the first write, so that reading costs nothing
                    or abort_message     a trap: every write since begin_message is gone

Outside a round, reads see the last committed round. A query is a message outside a round: what it writes goes to a
transaction that is always aborted. A failure to write (the disk or the map is full) traps the message that hit it; at
the level of the round it is a `StoreError`, and the last committed round is what a restart finds.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import lmdb

from replica.reject import Trap

TABLES: Final = (
    "canisters",
    "changes",
    "chunks",
    "ingress",
    "ingress_open",
    "logs",
    "maps",
    "meta",
    "module_info",
    "modules",
    "pages",
    "snapshot_chunks",
    "snapshot_images",
    "snapshots",
    "timer_index",
    "timers",
)


# What `batches` reads before it lets the store be written to.
_BATCH_BYTES: Final = 2**20


class StoreError(Exception):
    """The state could not be written, and nothing of the round is kept; or it could not be opened."""


def _check_whole(environment: Any, path: Path) -> None:
    """Raises `StoreError` if the file ends before its last page: reading there would kill the process."""
    promised = (environment.info()["last_pgno"] + 1) * environment.stat()["psize"]
    found = (path / "data.mdb").stat().st_size
    if found < promised:
        environment.close()
        raise StoreError(
            f"the state is cut short, data.mdb has {found} of {promised} bytes; "
            "restore it, or use another data directory"
        )


class Store:
    """All tables. `txn` is the transaction to read from right now; `writer()` the one to write to."""

    def __init__(self, path: Path, *, map_size_bytes: int, is_durable: bool = True, is_read_only: bool = False) -> None:
        self._path = path
        if not is_read_only:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._environment: Any = lmdb.open(
                str(path),
                map_size=map_size_bytes,
                max_dbs=len(TABLES) + 1,
                mode=0o600,
                sync=is_durable,
                readonly=is_read_only,
            )
            _check_whole(self._environment, path)
            # Readers of a process that was killed would pin old pages for ever.
            self._environment.reader_check()
            self.tables = {name: Table(self, self._environment.open_db(name.encode())) for name in TABLES}
            self._reader: Any = self._environment.begin()
        except lmdb.Error as error:
            raise StoreError(
                f"the state cannot be opened: {error}; restore it, or use another data directory"
            ) from error
        self._round: Any = None
        self._child: Any = None
        self._in_message = False
        self._writable = False
        self.txn: Any = self._reader

    # -- Rounds ------------------------------------------------------------------------------------------------------

    def begin_round(self) -> None:
        # A reader left open would pin the pages that its snapshot needs, and the file would grow.
        self._reader.abort()
        self._round = self.txn = self._environment.begin(write=True)
        self._writable = True

    def commit_round(self) -> None:
        try:
            self._round.commit()
        except lmdb.Error as error:
            raise StoreError(f"the round could not be made durable: {error}") from error
        finally:
            self._end_round()

    def abort_round(self) -> None:
        if self._round is not None:
            self._round.abort()
            self._end_round()

    def _end_round(self) -> None:
        self._reader = self._environment.begin()
        self._round = None
        self.txn = self._reader
        self._writable = False

    # -- Messages ----------------------------------------------------------------------------------------------------

    def begin_message(self) -> None:
        self._in_message = True
        self._writable = False

    def commit_message(self) -> None:
        if self._round is None:
            raise AssertionError("a query cannot be committed")
        if self._child is not None:
            self._child.commit()
        self._end_message()

    def abort_message(self) -> None:
        if self._child is not None:
            self._child.abort()
        self._end_message()

    def _end_message(self) -> None:
        self._child = None
        self._in_message = False
        self._writable = self._round is not None
        self.txn = self._reader if self._round is None else self._round

    def writer(self) -> Any:
        if not self._writable:
            if not self._in_message:
                raise AssertionError("writing happens in a round")
            self._child = self.txn = self._environment.begin(parent=self._round, write=True)
            self._writable = True
        return self.txn

    # -- Failures and the rest ---------------------------------------------------------------------------------------

    def failure(self, error: Exception) -> BaseException:
        """What a failed write means where it happened."""
        text = "the replica's storage is full" if isinstance(error, lmdb.MapFullError) else str(error)
        if self._in_message:
            return Trap(f"cannot write to storage: {text}", "IC0507")
        return StoreError(f"cannot write the state: {text}")

    def digest(self) -> bytes:
        """One hash over everything stored: equal states have equal digests.

        Empty tables do not count, so that a version with more tables agrees with one that has fewer.
        """
        hasher = hashlib.sha256()
        for name in sorted(TABLES):
            for key, value in self.tables[name].items():
                hasher.update(b"%s %d %d " % (name.encode(), len(key), len(value)) + key + value)
        return hasher.digest()

    def free_disk_bytes(self) -> int:
        """What is left for this process on the disk that the state is on."""
        found = os.statvfs(self._path)
        return found.f_bavail * found.f_frsize

    def size_bytes(self) -> int:
        """What the tables occupy on disk, pages included that are free for use again."""
        return (int(self._environment.info()["last_pgno"]) + 1) * int(self._environment.stat()["psize"])

    def close(self) -> None:
        self.abort_round()
        self._reader.abort()
        self._environment.close()


class Table:
    """One ordered table of byte strings, inside whatever transaction is current."""

    __slots__ = ("_store", "db")

    def __init__(self, store: Store, db: Any) -> None:
        self._store = store
        self.db = db

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._store.txn.get(key, db=self.db)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        try:
            self._store.writer().put(key, value, db=self.db)
        except lmdb.Error as error:
            raise self._store.failure(error) from error

    def delete(self, key: bytes) -> bool:
        try:
            return bool(self._store.writer().delete(key, db=self.db))
        except lmdb.Error as error:
            raise self._store.failure(error) from error

    def first(self) -> tuple[bytes, bytes] | None:
        with self._store.txn.cursor(db=self.db) as cursor:
            return cursor.item() if cursor.first() else None

    def keys(self, prefix: bytes = b"") -> Iterator[bytes]:
        """Keys that start with `prefix`, in order. Do not write to the store before the last one is read."""
        with self._store.txn.cursor(db=self.db) as cursor:
            if cursor.set_range(prefix):
                for key in cursor.iternext(keys=True, values=False):
                    if not key.startswith(prefix):
                        return
                    yield key

    def items(self, prefix: bytes = b"", *, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """As `keys`, with the values; from `start` on, if that is greater."""
        with self._store.txn.cursor(db=self.db) as cursor:
            if cursor.set_range(max(prefix, start)):
                for key, value in cursor:
                    if not key.startswith(prefix):
                        return
                    yield key, value

    def batches(self, prefix: bytes) -> Iterator[list[tuple[bytes, bytes]]]:
        """As `items`, about a mebibyte at a time. Between two batches the store may be written to."""
        batch = self._batch(prefix, None)
        while batch:
            yield batch
            batch = self._batch(prefix, batch[-1][0])

    def _batch(self, prefix: bytes, last: bytes | None) -> list[tuple[bytes, bytes]]:
        """What follows `last`, the end of the batch before."""
        batch: list[tuple[bytes, bytes]] = []
        size_bytes = 0
        with self._store.txn.cursor(db=self.db) as cursor:
            if not cursor.set_range(prefix if last is None else last):
                return batch
            for key, value in cursor:
                if size_bytes >= _BATCH_BYTES or not key.startswith(prefix):
                    break
                if key != last:
                    batch.append((key, value))
                    size_bytes += len(key) + len(value)
        return batch

    def items_after(self, key: bytes, count: int) -> list[tuple[bytes, bytes]]:
        """The next `count` entries behind `key`, which need not be there."""
        with self._store.txn.cursor(db=self.db) as cursor:
            return list(islice(cursor.iternext(), count)) if cursor.set_range(key + b"\0") else []

    def delete_prefix(self, prefix: bytes) -> None:
        if next(self.keys(prefix), None) is None:
            return
        try:
            with self._store.writer().cursor(db=self.db) as cursor:
                found = cursor.set_range(prefix)
                while found and cursor.key().startswith(prefix):
                    found = cursor.delete()
        except lmdb.Error as error:
            raise self._store.failure(error) from error
