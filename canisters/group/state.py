"""What a group canister remembers: two stable maps, and the small records in them.

Two, not one per subject, because each map in use reserves 8 MiB of stable memory for good. The first byte of a key
names the table; the tables are listed in README.md.

| memory id | map |
|---|---|
| 0 | RECORDS |
| 1 | INDEXES |

Whoever changes a record loads it, changes the dict and saves it in one stretch without an await in between.
"""

from typing import Any

import msgpack
from kybra import StableBTreeMap, blob

from canisters.lib.chat import events
from canisters.lib.chat.events import EventMaps
from canisters.lib.stable import pieces

RECORDS = StableBTreeMap[blob, blob](memory_id=0, max_key_size=24, max_value_size=400)
INDEXES = StableBTreeMap[blob, blob](memory_id=1, max_key_size=48, max_value_size=20)
EVENTS = EventMaps(RECORDS, INDEXES)
CHAT = b"E"


def load(key: bytes) -> dict[str, Any] | None:
    packed = pieces.get(RECORDS, key)
    return None if packed is None else msgpack.unpackb(packed)


def save(key: bytes, record: dict[str, Any]) -> None:
    pieces.put(RECORDS, key, msgpack.packb(record))


# -- The group -------------------------------------------------------------------------------------------------------


def load_info() -> dict[str, Any]:
    """`name`, `description`, `is_public`, `history` (visible to those who join later), `created` (ms), and the ids
    `user_index`, `group_index` and `notifications`."""
    info = load(b"I")
    assert info is not None, "the group is described on installation"
    return info


def save_info(info: dict[str, Any]) -> None:
    save(b"I", info)


def new_totals() -> dict[str, Any]:
    """What changes with nearly every call, in one record.

    `updated`: stamp of the latest change · `events`, `messages`: how many there are · `latest`: event index of the
    newest message · `members`: how many there are · `numbers`: member numbers ever used · `free`: a member number
    that is free again, which leads to the next one · `unmuted`: length of the list of who gets notifications.
    """
    return {
        "updated": 0,
        "events": 0,
        "messages": 0,
        "latest": None,
        "members": 0,
        "numbers": 0,
        "free": None,
        "unmuted": 0,
    }


def load_totals() -> dict[str, Any]:
    totals = load(b"T")
    assert totals is not None, "the totals are stored on installation"
    return totals


def save_totals(totals: dict[str, Any]) -> None:
    save(b"T", totals)


def touch(totals: dict[str, Any], now_ms: int) -> int:
    """The stamp of a change: its time, made later than every stamp before it, so that no two changes share one."""
    stamp = max(now_ms, totals["updated"] + 1)
    totals["updated"] = stamp
    return stamp


def append_event(totals: dict[str, Any], event: dict[str, Any]) -> int:
    """Add an event made by `lib/chat/stored.py`; returns its index. The caller saves the totals."""
    index: int = totals["events"]
    events.append(EVENTS, CHAT, index, event)
    totals["events"] = index + 1
    if "m" in event:
        totals["messages"] += 1
        totals["latest"] = index
    touch(totals, event["t"])
    return index
