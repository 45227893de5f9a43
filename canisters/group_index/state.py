"""What the group index remembers: two stable maps; the tables are listed in README.md.

| memory id | map |
|---|---|
| 0 | RECORDS |
| 1 | INDEXES |

Whoever changes a record loads it, changes the dict and saves it in one stretch without an await in between.
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap, blob

from canisters.lib.children import ChildMaps
from canisters.lib.stable import pieces

RECORDS = StableBTreeMap[blob, blob](memory_id=0, max_key_size=24, max_value_size=400)
INDEXES = StableBTreeMap[blob, blob](memory_id=1, max_key_size=48, max_value_size=48)
CHILDREN = ChildMaps(RECORDS, INDEXES)


def load(key: bytes) -> dict[str, Any] | None:
    packed = pieces.get(RECORDS, key)
    return None if packed is None else msgpack.unpackb(packed)


def save(key: bytes, record: dict[str, Any]) -> None:
    pieces.put(RECORDS, key, msgpack.packb(record))


def load_settings() -> dict[str, Any]:
    """`user_index`, `notifications`, and `pool`: how many empty canisters to keep ready."""
    settings = load(b"I")
    assert settings is not None, "the settings are stored on installation"
    return settings


def save_settings(settings: dict[str, Any]) -> None:
    save(b"I", settings)
