"""Snapshots of canisters: at most ten each, kept until they are deleted. Interface spec, "take_canister_snapshot".

    snapshots         canister number -> the number given to its last snapshot, so that no id is ever given twice
                      canister number, snapshot number -> the record
    snapshot_images   canister number, snapshot number, kind, block number -> a block of one of its images
    snapshot_chunks   canister number, snapshot number, hash -> a chunk of its chunk store

A taken snapshot shares its module with the canisters that run it; an uploaded one keeps the bytes as an image, since
they arrive in pieces and may turn out to be no module.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Final

import msgpack

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.chunks import HASH_BYTES
from replica.state.images import Image
from replica.state.store import Store

SNAPSHOTS_MAX: Final = 10
_NUMBER_BYTES: Final = 8


class ImageKind(IntEnum):
    MODULE = 0
    MAPS = 1
    RAW = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The record. Sizes are in bytes and those that were declared, also while an upload has not delivered them."""

    number: int
    taken_at_ns: int
    canister_version: int
    is_uploaded: bool
    module_hash: bytes | None
    """None while the module of an upload is an image of its own."""
    module_bytes: int
    maps_bytes: int
    raw_bytes: int
    chunk_bytes: int
    certified_data: bytes

    @property
    def total_bytes(self) -> int:
        return self.module_bytes + self.maps_bytes + self.raw_bytes + self.chunk_bytes + len(self.certified_data)


def snapshot_id(canister_id: Principal, number: int) -> bytes:
    """As on the Internet Computer: the id names the canister, so that it can be found from another one."""
    return number.to_bytes(_NUMBER_BYTES, "big") + canister_id


def split_snapshot_id(given: bytes) -> tuple[Principal, int] | None:
    """The canister and the number in an id; None if it cannot be an id."""
    if not _NUMBER_BYTES < len(given) <= _NUMBER_BYTES + 29:
        return None
    return Principal(given[_NUMBER_BYTES:]), int.from_bytes(given[:_NUMBER_BYTES], "big")


class SnapshotTable:
    def __init__(self, store: Store) -> None:
        self._records = store.tables["snapshots"]
        self._images = store.tables["snapshot_images"]
        self._chunks = store.tables["snapshot_chunks"]

    def next_number(self, canister: Canister) -> int:
        """A number this canister's snapshots never had."""
        number = int.from_bytes(self._records.get(canister.prefix) or b"", "big") + 1
        self._records.put(canister.prefix, number.to_bytes(_NUMBER_BYTES, "big"))
        return number

    def put(self, canister: Canister, snapshot: Snapshot) -> None:
        self._records.put(_key(canister, snapshot.number), msgpack.packb(astuple(snapshot)))

    def get(self, canister: Canister, number: int) -> Snapshot | None:
        data = self._records.get(_key(canister, number))
        return None if data is None else Snapshot(*msgpack.unpackb(data))

    def all(self, canister: Canister) -> list[Snapshot]:
        """The oldest first."""
        items = self._records.items(canister.prefix)
        return [Snapshot(*msgpack.unpackb(data)) for key, data in items if len(key) > len(canister.prefix)]

    def delete(self, canister: Canister, snapshot: Snapshot) -> None:
        """Forget the snapshot with its images and chunks. What it shares, its module, is the caller's to release."""
        key = _key(canister, snapshot.number)
        self._records.delete(key)
        self._images.delete_prefix(key)
        self._chunks.delete_prefix(key)

    def clear(self, canister: Canister) -> None:
        """As `delete` for all of them, and for the memory of their numbers: the canister's id is gone for ever."""
        for table in (self._records, self._images, self._chunks):
            table.delete_prefix(canister.prefix)

    def image(self, canister: Canister, number: int, kind: ImageKind) -> Image:
        return Image(self._images, _key(canister, number) + bytes([kind]))

    # -- Chunks ------------------------------------------------------------------------------------------------------

    def chunk_hashes(self, canister: Canister, number: int) -> list[bytes]:
        key = _key(canister, number)
        return [each[len(key) :] for each in self._chunks.keys(key)]

    def chunk(self, canister: Canister, number: int, chunk_hash: bytes) -> bytes | None:
        return self._chunks.get(_key(canister, number) + chunk_hash) if len(chunk_hash) == HASH_BYTES else None

    def put_chunk(self, canister: Canister, number: int, chunk: bytes) -> None:
        self._chunks.put(_key(canister, number) + sha256(chunk).digest(), chunk)


def _key(canister: Canister, number: int) -> bytes:
    return canister.prefix + number.to_bytes(_NUMBER_BYTES, "big")
