"""The sizes with which a canister's stable maps were made, kept beside them, so that no upgrade changes them unseen.

NOT LIKE THE IC: there, a map is opened at its first use; larger sizes than those it was made with panic then, smaller
ones read garbage. Here the upgrade itself traps, and the canister stays as it was. A map without entries may change.
Canisters that were installed by version 0.1.0 have no such record until their next upgrade.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from replica.execution.running import TRAP_CALLED
from replica.execution.stable_maps import StableMap
from replica.execution.system_api import CanisterState
from replica.reject import Trap

_MEMORY_ID: Final = 255
"""Beyond those that maps of canisters may have."""
_KEY: Final = b"layout"
_ENTRY: Final = struct.Struct(">BII")  # memory id, sizes of key and value

Sizes = tuple[int, int]


def remember(maps: Mapping[int, StableMap], state: CanisterState) -> None:
    """Note the sizes of a canister's maps, in the transaction of its `init` or `post_upgrade`."""
    if maps:
        entries = [(item.memory_id, item.max_key_size, item.max_value_size) for item in maps.values()]
        state.map_put(_MEMORY_ID, _KEY, b"".join(_ENTRY.pack(*entry) for entry in sorted(entries)))


def check(maps: Mapping[int, StableMap], state: CanisterState) -> None:
    """Raises `Trap` if a map that has entries is declared with other sizes than it was made with."""
    for memory_id, made_with in _remembered(state).items():
        declared = maps.get(memory_id)
        if declared is None or state.map_len(memory_id) == 0:
            continue
        if (declared.max_key_size, declared.max_value_size) != made_with:
            raise Trap(_refusal(declared, made_with), TRAP_CALLED)


def _remembered(state: CanisterState) -> dict[int, Sizes]:
    packed = state.map_get(_MEMORY_ID, _KEY) or b""
    return {memory_id: (key, value) for memory_id, key, value in _ENTRY.iter_unpack(packed)}


def _refusal(declared: StableMap, made_with: Sizes) -> str:
    place = "ic-stable-structures-0.5.6/src/btreemap.rs"
    for what, now, before in (
        ("max_key_size", declared.max_key_size, made_with[0]),
        ("max_value_size", declared.max_value_size, made_with[1]),
    ):
        if now > before:
            return f"Panicked at '{what} must be <= {before}', {place}"
    key, value = made_with
    was = f"max_key_size={key} and max_value_size={value}"
    return f"the map with memory_id {declared.memory_id} was made with {was}, which cannot change while it has entries"
