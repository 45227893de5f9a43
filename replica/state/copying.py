"""Copies of a state: made while a replica uses it, consistent at one round, and read through before they count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import lmdb

from replica.state.store import Store, StoreError
from replica.state.subnet import Subnet

DATA_FILE: Final = "data.mdb"

_MAP_BYTES: Final = 256 * 2**30
_LOCK_FILE: Final = "lock.mdb"


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What a copy turned out to hold."""

    round_index: int
    time_ns: int
    canister_count: int
    digest: bytes


def copy_state(source: Path, target: Path) -> None:
    """Copy the state in the folder `source` to the new folder `target`. Not for the process that has it open.

    LMDB copies within one reading transaction, so the copy is that of the last round committed when it began. Until it
    ends, the replica cannot use pages again that the copy needs, and its file grows by what it writes meanwhile.
    """
    target.mkdir(mode=0o700)
    try:
        environment = lmdb.open(str(source), map_size=_MAP_BYTES, readonly=True, create=False)
        try:
            environment.copy(str(target), compact=True)
        finally:
            environment.close()
    except lmdb.Error as error:
        raise StoreError(f"the state in {source} cannot be copied: {error}") from error


def examine_state(path: Path) -> StateFacts:
    """Read everything in a state that nobody uses. Raises `StoreError` if it is damaged."""
    store = Store(path, map_size_bytes=_MAP_BYTES)
    try:
        subnet = Subnet.load(store)
        canister_count = sum(1 for _, record in store.tables["canisters"].items() if record)
        return StateFacts(subnet.round_index, subnet.time_ns, canister_count, store.digest())
    except (lmdb.Error, ValueError, TypeError, IndexError) as error:  # the latter are what damaged records decode to
        raise StoreError(f"the state in {path} is damaged: {error}") from error
    finally:
        store.close()
        (path / _LOCK_FILE).unlink(missing_ok=True)
