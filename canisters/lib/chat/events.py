"""The events of chats: append-only lists with dense indexes, kept in two stable maps.

`EventMaps` names the maps, which the canister declares in its `state.py`; `chat` is a key prefix that tells the chats
of one canister apart (empty in a canister with one chat). The caller keeps the number of events and of messages with
its record of the chat, in the same transaction, and passes the index of the new event: it equals the number of events
before.

    records   chat + event index (u32)                       -> the event (MessagePack, see `stored.py`)
    indexes   chat + "i" + message id (u64)                  -> event index (u32)
              chat + "m" + message index (u32)               -> event index (u32)

Every read is a point look-up; a page costs one per event.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgpack
from kybra import StableBTreeMap

from canisters.lib.stable import pieces

EVENTS_PER_PAGE_MAX = 150


class EventMaps(NamedTuple):
    records: StableBTreeMap[bytes, bytes]
    indexes: StableBTreeMap[bytes, bytes]


def append(maps: EventMaps, chat: bytes, index: int, event: dict[str, Any]) -> None:
    """Add an event made by `stored.py`. A message is found by its id and by its message index from now on."""
    key = index.to_bytes(4, "big")
    is_new = pieces.put(maps.records, chat + key, msgpack.packb(event))
    assert is_new, "an event index was used twice"
    if "m" in event:
        message = event["m"]
        maps.indexes.insert(id_key(chat, message["i"]), key)
        maps.indexes.insert(message_key(chat, message["n"]), key)


def get(maps: EventMaps, chat: bytes, index: int) -> dict[str, Any] | None:
    """The event with its index under `index`, or None if there is none yet."""
    packed = pieces.get(maps.records, chat + index.to_bytes(4, "big"))
    if packed is None:
        return None
    event = msgpack.unpackb(packed)
    event["index"] = index
    return event


def page(
    maps: EventMaps, chat: bytes, *, start: int, ascending: bool, events_max: int, count: int, first: int = 0
) -> list[dict[str, Any]]:
    """Up to `events_max` events from `start` on, or ending at `start`, always in ascending order.

    `count` is the number of events in the chat, `first` the first one the reader may see. A start beyond the end
    gives nothing when ascending and the last page when descending.
    """
    events_max = min(events_max, EVENTS_PER_PAGE_MAX)
    if ascending:
        begin = max(start, first)
        end = min(begin + events_max, count)
    else:
        end = min(start + 1, count)
        begin = max(end - events_max, first)
    return load(maps, chat, range(begin, end))


def by_indexes(maps: EventMaps, chat: bytes, indexes: list[int], *, count: int, first: int = 0) -> list[dict[str, Any]]:
    """The events with these indexes that exist and may be seen, in the order asked."""
    return load(maps, chat, (index for index in indexes[:EVENTS_PER_PAGE_MAX] if first <= index < count))


def load(maps: EventMaps, chat: bytes, indexes: Iterable[int]) -> list[dict[str, Any]]:
    events = []
    for index in indexes:
        event = get(maps, chat, index)
        assert event is not None, "the events of a chat have a gap"
        events.append(event)
    return events


def find_message_id(maps: EventMaps, chat: bytes, message_id: int) -> int | None:
    """The event index of the message with this id."""
    key = maps.indexes.get(id_key(chat, message_id))
    return None if key is None else int.from_bytes(key, "big")


def find_message_index(maps: EventMaps, chat: bytes, message_index: int) -> int | None:
    """The event index of the message with this message index."""
    key = maps.indexes.get(message_key(chat, message_index))
    return None if key is None else int.from_bytes(key, "big")


def id_key(chat: bytes, message_id: int) -> bytes:
    return chat + b"i" + message_id.to_bytes(8, "big")


def message_key(chat: bytes, message_index: int) -> bytes:
    return chat + b"m" + message_index.to_bytes(4, "big")
