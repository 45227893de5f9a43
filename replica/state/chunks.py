"""The chunk store of each canister: pieces of modules too large for one message, by hash."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from replica.state.canister import Canister
from replica.state.store import Store

CHUNK_BYTES_MAX: Final = 2**20
CHUNKS_MAX: Final = 100
HASH_BYTES: Final = 32


class ChunkTable:
    def __init__(self, store: Store) -> None:
        self._table = store.tables["chunks"]

    def put(self, canister: Canister, chunk: bytes) -> bytes:
        """Store a chunk and return its hash."""
        chunk_hash = sha256(chunk).digest()
        self._table.put(canister.prefix + chunk_hash, chunk)
        return chunk_hash

    def get(self, canister: Canister, chunk_hash: bytes) -> bytes | None:
        """None for what is no hash, too: the store takes no key of any length."""
        return self._table.get(canister.prefix + chunk_hash) if len(chunk_hash) == HASH_BYTES else None

    def hashes(self, canister: Canister) -> list[bytes]:
        return [key[len(canister.prefix) :] for key in self._table.keys(canister.prefix)]

    def clear(self, canister: Canister) -> None:
        self._table.delete_prefix(canister.prefix)
