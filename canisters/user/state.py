"""What a user canister remembers: two stable maps, and the small records in them.

Two, not one per subject, because each map in use reserves 8 MiB of stable memory for good, which a person pays for.
`RECORDS` holds MessagePack maps of any length (`lib/stable/pieces.py`), `INDEXES` keys that lead to them. The first
byte of a key names the table; the tables are listed in README.md.

| memory id | map |
|---|---|
| 0 | RECORDS |
| 1 | INDEXES |

Whoever changes a record loads it, changes the dict and saves it in one stretch without an await in between.
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap, blob

from canisters.lib.chat.events import EventMaps
from canisters.lib.stable import pieces

RECORDS = StableBTreeMap[blob, blob](memory_id=0, max_key_size=32, max_value_size=400)
INDEXES = StableBTreeMap[blob, blob](memory_id=1, max_key_size=48, max_value_size=20)
EVENTS = EventMaps(RECORDS, INDEXES)


def load(key: bytes) -> dict[str, Any] | None:
    packed = pieces.get(RECORDS, key)
    return None if packed is None else msgpack.unpackb(packed)


def save(key: bytes, record: dict[str, Any]) -> None:
    pieces.put(RECORDS, key, msgpack.packb(record))


# -- The person ------------------------------------------------------------------------------------------------------


def save_profile(profile: dict[str, Any]) -> None:
    """`owner`, `username`, `created` (ms), and the ids of `user_index`, `group_index` and `notifications`."""
    save(b"I", profile)
    # Every call asks who the owner is, so that answer also stands alone and needs no unpacking.
    pieces.put(RECORDS, b"O", profile["owner"])


def load_profile() -> dict[str, Any]:
    profile = load(b"I")
    assert profile is not None, "the profile is stored on installation"
    return profile


def owner() -> bytes:
    stored = pieces.get(RECORDS, b"O")
    assert stored is not None, "the owner is stored on installation"
    return stored


# -- Totals ----------------------------------------------------------------------------------------------------------


def new_totals() -> dict[str, Any]:
    """What concerns the canister as a whole and changes with nearly every call, in one record.

    `updated`: stamp of the latest change · `chats`, `groups`: how many of each were ever made, which are also their
    next numbers · `joined`: groups the person is in now · `messages` · `waiting`: items in all outboxes · `timer`,
    `timer_id`: when the outbox timer fires (ms, 0 if none is armed) · `heard`: whether a browser listens for
    pushes · `asked`: when that was last asked (ms). The last two are absent in records of 0.1.0.
    """
    return {
        "updated": 0,
        "chats": 0,
        "groups": 0,
        "joined": 0,
        "messages": 0,
        "waiting": 0,
        "timer": 0,
        "timer_id": 0,
        "heard": False,
        "asked": 0,
    }


def load_totals() -> dict[str, Any]:
    totals = load(b"T")
    assert totals is not None, "the totals are stored on installation"
    return totals


def save_totals(totals: dict[str, Any]) -> None:
    save(b"T", totals)


def touch(totals: dict[str, Any], now_ms: int) -> int:
    """The stamp of a change: its time, made later than every stamp before it.

    Clients ask for what changed after the last stamp they saw; two changes in one millisecond must not share one.
    """
    stamp = max(now_ms, totals["updated"] + 1)
    totals["updated"] = stamp
    return stamp


# -- Direct chats ----------------------------------------------------------------------------------------------------


def load_chat(number: int) -> dict[str, Any]:
    """The record of a direct chat, as `model/direct_chat.py` describes it."""
    chat = load(chat_key(number))
    assert chat is not None, "a peer leads to a chat that is not there"
    return chat


def save_chat(number: int, chat: dict[str, Any]) -> None:
    save(chat_key(number), chat)


def chat_key(number: int) -> bytes:
    return b"D" + number.to_bytes(4, "big")


def events_prefix(number: int) -> bytes:
    return b"E" + number.to_bytes(4, "big")


def outbox_prefix(number: int) -> bytes:
    return b"Q" + number.to_bytes(4, "big")


# -- Groups ----------------------------------------------------------------------------------------------------------


def find_group(group_id: bytes) -> int | None:
    number = INDEXES.get(b"g" + group_id)
    return None if number is None else int.from_bytes(number, "big")


def index_group(group_id: bytes, number: int) -> None:
    INDEXES.insert(b"g" + group_id, number.to_bytes(4, "big"))


def load_group(number: int) -> dict[str, Any]:
    """`id`, `joined` (ms), `updated` (stamp), `read` (my mark, maybe None), `is_member`."""
    group = load(group_key(number))
    assert group is not None, "a group id leads to a group that is not there"
    return group


def save_group(number: int, group: dict[str, Any]) -> None:
    save(group_key(number), group)


def group_key(number: int) -> bytes:
    return b"G" + number.to_bytes(4, "big")


# -- Blocked people --------------------------------------------------------------------------------------------------


def load_blocked() -> dict[str, Any]:
    """`users`: ids in the order they were blocked · `updated`: stamp of the latest change."""
    return load(b"B") or {"users": [], "updated": 0}


def save_blocked(blocked: dict[str, Any]) -> None:
    save(b"B", blocked)


# -- Groups being created --------------------------------------------------------------------------------------------


def load_creations() -> dict[str, Any]:
    """`created`: groups ever created · `open`: start times (ms) of creations under way."""
    return load(b"N") or {"created": 0, "open": []}


def save_creations(creations: dict[str, Any]) -> None:
    save(b"N", creations)
