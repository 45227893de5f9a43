"""Module bytes by hash, each kept once for all canisters and snapshots that need it, and dropped with the last of them.

What certificates and rounds need to know of a module is stored beside it, so that a start does not load any code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgpack

from replica.state.store import Store


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    users: int
    candid: str
    has_heartbeat: bool
    name: str = ""
    """What the module calls itself; empty if it was stored before names were."""


class ModuleTable:
    def __init__(self, store: Store) -> None:
        self._bytes = store.tables["modules"]
        self._info = store.tables["module_info"]

    def get(self, module_hash: bytes) -> bytes | None:
        return self._bytes.get(module_hash)

    def info(self, module_hash: bytes) -> ModuleInfo | None:
        data = self._info.get(module_hash)
        return None if data is None else ModuleInfo(*msgpack.unpackb(data))

    def acquire(
        self, module_hash: bytes, module_bytes: bytes, *, candid: str, has_heartbeat: bool, name: str = ""
    ) -> None:
        """One canister more runs this module."""
        info = self.info(module_hash)
        if info is None:
            self._bytes.put(module_hash, module_bytes)
        self._put_info(module_hash, ModuleInfo(1 if info is None else info.users + 1, candid, has_heartbeat, name))

    def share(self, module_hash: bytes) -> None:
        """A snapshot keeps a module that is in use."""
        info = self._info_in_use(module_hash)
        self._put_info(module_hash, replace(info, users=info.users + 1))

    def release(self, module_hash: bytes) -> None:
        """One canister or snapshot less needs it."""
        info = self._info_in_use(module_hash)
        if info.users > 1:
            self._put_info(module_hash, replace(info, users=info.users - 1))
        else:
            self._bytes.delete(module_hash)
            self._info.delete(module_hash)

    def _info_in_use(self, module_hash: bytes) -> ModuleInfo:
        info = self.info(module_hash)
        if info is None:
            raise AssertionError("a module in use is stored")
        return info

    def _put_info(self, module_hash: bytes, info: ModuleInfo) -> None:
        self._info.put(module_hash, msgpack.packb([info.users, info.candid, info.has_heartbeat, info.name]))
