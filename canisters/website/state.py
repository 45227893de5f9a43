"""What the website remembers. Memory ids are never reused; the layout is in README.md.

0  settings   1  records   2  content   3  tree   4  batches   5  chunks
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap, blob, nat64, text

settings = StableBTreeMap[text, blob](memory_id=0, max_key_size=32, max_value_size=64)
records = StableBTreeMap[text, blob](memory_id=1, max_key_size=270, max_value_size=2_000)
content = StableBTreeMap[blob, blob](memory_id=2, max_key_size=24, max_value_size=61_440)
tree = StableBTreeMap[blob, blob](memory_id=3, max_key_size=48, max_value_size=400)
batches = StableBTreeMap[nat64, blob](memory_id=4, max_key_size=15, max_value_size=64)
chunks = StableBTreeMap[nat64, blob](memory_id=5, max_key_size=15, max_value_size=64)


def writer() -> bytes | None:
    return settings.get("writer")


def set_writer(principal: bytes) -> None:
    settings.insert("writer", principal)


def next_id() -> int:
    """Numbers for batches, chunks and runs of content; from one counter, none is ever used twice."""
    number = int.from_bytes(settings.get("next_id") or b"", "big")
    settings.insert("next_id", (number + 1).to_bytes(8, "big"))
    return number


def record(key: str) -> dict[str, Any] | None:
    packed = records.get(key)
    return None if packed is None else msgpack.unpackb(packed)


def put_record(key: str, value: dict[str, Any]) -> None:
    records.insert(key, msgpack.packb(value))
