"""What the notifications canister remembers: two stable maps; the tables are listed in README.md.

| memory id | map |
|---|---|
| 0 | RECORDS |
| 1 | INDEXES |

Whoever changes a record loads it, changes the dict and saves it in one stretch without an await in between.
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap, blob

from canisters.lib.stable import pieces

RECORDS = StableBTreeMap[blob, blob](memory_id=0, max_key_size=48, max_value_size=400)
INDEXES = StableBTreeMap[blob, blob](memory_id=1, max_key_size=48, max_value_size=48)


def load(key: bytes) -> dict[str, Any] | None:
    packed = pieces.get(RECORDS, key)
    return None if packed is None else msgpack.unpackb(packed)


def save(key: bytes, record: dict[str, Any]) -> None:
    pieces.put(RECORDS, key, msgpack.packb(record))


def load_settings() -> dict[str, Any]:
    """`user_index`, `group_index`, and `relays`: the principals that may drain the queue."""
    settings = load(b"I")
    assert settings is not None, "the settings are stored on installation"
    return settings


def load_totals() -> dict[str, int]:
    """`first`, `next`: the oldest index in the queue and the one that comes next · `subscriptions`, `users` who have
    at least one."""
    return load(b"T") or {"first": 1, "next": 1, "subscriptions": 0, "users": 0}


def save_totals(totals: dict[str, int]) -> None:
    save(b"T", totals)


def user_of(principal: bytes) -> bytes | None:
    """The user id of somebody who has been here before; it never changes."""
    return INDEXES.get(b"p" + principal)


def remember_user(principal: bytes, user_id: bytes) -> None:
    INDEXES.insert(b"p" + principal, user_id)
