"""A stable map that needs no canister: Kybra's interface over a dict, with its limit on value sizes."""

from __future__ import annotations


class FakeMap:
    def __init__(self, *, value_bytes_max: int = 400, key_bytes_max: int = 48) -> None:
        self.stored: dict[bytes, bytes] = {}
        self._value_bytes_max = value_bytes_max
        self._key_bytes_max = key_bytes_max

    def contains_key(self, key: bytes) -> bool:
        return key in self.stored

    def get(self, key: bytes) -> bytes | None:
        return self.stored.get(key)

    def insert(self, key: bytes, value: bytes) -> bytes | None:
        assert candid_size(key) <= self._key_bytes_max
        assert candid_size(value) <= self._value_bytes_max
        previous = self.stored.get(key)
        self.stored[key] = value
        return previous

    def remove(self, key: bytes) -> bytes | None:
        return self.stored.pop(key, None)

    def len(self) -> int:
        return len(self.stored)

    def is_empty(self) -> bool:
        return not self.stored

    def keys(self) -> list[bytes]:
        return sorted(self.stored)

    def items(self) -> list[tuple[bytes, bytes]]:
        return sorted(self.stored.items())


def candid_size(value: bytes) -> int:
    """What counts against a map's limits: the blob as a Candid message."""
    length_digits = max(1, (len(value).bit_length() + 6) // 7)
    return 9 + length_digits + len(value)
