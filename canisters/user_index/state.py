"""What the user index remembers. The tables in the maps are listed in README.md.

| memory id | map |
|---|---|
| 0 | RECORDS |
| 1 | INDEXES |
| 2 | NAMES |
| 3 | REGISTRATIONS |

A user has a number, counted from 0 in the order of registration; it is also the number of their canister among the
children (`lib/children.py`), which share the first two maps.
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap, blob

from canisters.lib.children import ChildMaps
from canisters.lib.stable import pieces

RECORDS = StableBTreeMap[blob, blob](memory_id=0, max_key_size=32, max_value_size=400)
INDEXES = StableBTreeMap[blob, blob](memory_id=1, max_key_size=48, max_value_size=48)
NAMES = StableBTreeMap[blob, blob](memory_id=2, max_key_size=16, max_value_size=440)
REGISTRATIONS = StableBTreeMap[blob, blob](memory_id=3, max_key_size=40, max_value_size=200)
CHILDREN = ChildMaps(RECORDS, INDEXES)


def load(key: bytes) -> dict[str, Any] | None:
    packed = pieces.get(RECORDS, key)
    return None if packed is None else msgpack.unpackb(packed)


def save(key: bytes, record: dict[str, Any]) -> None:
    pieces.put(RECORDS, key, msgpack.packb(record))


def save_settings(settings: dict[str, Any]) -> None:
    """`group_index` and `notifications` (ids), `pool_target`, `user_limit`."""
    save(b"I", settings)


def load_settings() -> dict[str, Any]:
    settings = load(b"I")
    assert settings is not None, "the settings are stored on installation"
    return settings


def save_totals(totals: dict[str, Any]) -> None:
    """`updated`: stamp of the latest change of any user · `watch`: when the watch timer fires (ms, 0 if unarmed)."""
    save(b"T", totals)


def load_totals() -> dict[str, Any]:
    return load(b"T") or {"updated": 0, "watch": 0}


def touch(now_ms: int) -> int:
    """The stamp of a change: its time, made later than every stamp before it, so that none is missed."""
    totals = load_totals()
    totals["updated"] = max(now_ms, totals["updated"] + 1)
    save_totals(totals)
    return totals["updated"]
