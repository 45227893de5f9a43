"""`StableBTreeMap`: typed maps over the canister's storage, keyed by memory id.

Keys and values are stored as Kybra stores them, one Candid message each, so limits mean the same bytes; a fetched value
is always a fresh copy. Whole-map reads sort by the order of Rust types, which is not that of the encoded keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from replica.execution.running import TRAP_CALLED, Host, Running
from replica.reject import Trap


@dataclass(frozen=True, slots=True)
class StableMap:
    """One declared map, compiled: how its keys and values become bytes and back."""

    memory_id: int
    max_key_size: int
    max_value_size: int
    encode_key: Callable[[Any], bytes]
    decode_key: Callable[[bytes], Any]
    encode_value: Callable[[Any], bytes]
    decode_value: Callable[[bytes], Any]
    order: Callable[[Any], Any]
    """Sorting key of a decoded key, in the order of its Rust type."""


class StableMaps(Host):
    """The `stable_b_tree_map_*` functions of `_kybra_ic`."""

    __slots__ = ()

    def stable_b_tree_map_get(self, memory_id: int, key: Any) -> Any:
        running, stable_map = self._map(memory_id)
        try:
            value = running.state.map_get(memory_id, stable_map.encode_key(key))
            return None if value is None else stable_map.decode_value(value)
        except Trap as trap:
            running.fail(trap)

    def stable_b_tree_map_contains_key(self, memory_id: int, key: Any) -> bool:
        running, stable_map = self._map(memory_id)
        try:
            return running.state.map_get(memory_id, stable_map.encode_key(key)) is not None
        except Trap as trap:
            running.fail(trap)

    def stable_b_tree_map_insert(self, memory_id: int, key: Any, value: Any) -> Any:
        running, stable_map = self._map(memory_id)
        try:
            key_bytes = stable_map.encode_key(key)
            value_bytes = stable_map.encode_value(value)
            if len(key_bytes) > stable_map.max_key_size or len(value_bytes) > stable_map.max_value_size:
                _too_large(stable_map, key_bytes, value_bytes)
            previous = running.state.map_put(memory_id, key_bytes, value_bytes)
            return None if previous is None else stable_map.decode_value(previous)
        except Trap as trap:
            running.fail(trap)

    def stable_b_tree_map_remove(self, memory_id: int, key: Any) -> Any:
        running, stable_map = self._map(memory_id)
        try:
            previous = running.state.map_delete(memory_id, stable_map.encode_key(key))
            return None if previous is None else stable_map.decode_value(previous)
        except Trap as trap:
            running.fail(trap)

    def stable_b_tree_map_is_empty(self, memory_id: int) -> bool:
        return self.stable_b_tree_map_len(memory_id) == 0

    def stable_b_tree_map_len(self, memory_id: int) -> int:
        running, _ = self._map(memory_id)
        return running.state.map_len(memory_id)

    def stable_b_tree_map_keys(self, memory_id: int) -> list[Any]:
        return [key for key, _ in self._entries(memory_id)]

    def stable_b_tree_map_values(self, memory_id: int) -> list[Any]:
        running, stable_map = self._map(memory_id)
        try:
            return [stable_map.decode_value(value) for _, value in self._entries(memory_id)]
        except Trap as trap:
            running.fail(trap)

    def stable_b_tree_map_items(self, memory_id: int) -> list[tuple[Any, Any]]:
        running, stable_map = self._map(memory_id)
        try:
            return [(key, stable_map.decode_value(value)) for key, value in self._entries(memory_id)]
        except Trap as trap:
            running.fail(trap)

    def _map(self, memory_id: int) -> tuple[Running, StableMap]:
        running = self.current
        if running.trap is not None:
            raise running.trap
        stable_map = running.maps.get(memory_id)
        if stable_map is None:
            raise LookupError(f"memory_id {memory_id} does not have an associated StableBTreeMap")
        return running, stable_map

    def _entries(self, memory_id: int) -> list[tuple[Any, bytes]]:
        """Every key, decoded, with its encoded value, in order."""
        running, stable_map = self._map(memory_id)
        try:
            decoded = [(stable_map.decode_key(key), value) for key, value in running.state.map_items(memory_id)]
        except Trap as trap:
            running.fail(trap)
        return sorted(decoded, key=lambda entry: stable_map.order(entry[0]))


def _too_large(stable_map: StableMap, key: bytes, value: bytes) -> NoReturn:
    what, limit, size = "Value", stable_map.max_value_size, len(value)
    if len(key) > stable_map.max_key_size:
        what, limit, size = "Key", stable_map.max_key_size, len(key)
    place = "ic-stable-structures-0.5.6/src/btreemap.rs"
    text = f"Panicked at '{what} is too large. Expected <= {limit} bytes, found {size} bytes', {place}"
    raise Trap(text, TRAP_CALLED)
