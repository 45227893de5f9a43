"""The list of members who get a notification for every message: all who have not muted the group.

Kept ready, because every message needs all of it: pages of `PAGE_SIZE` user ids, filled without gaps. Reading costs an
access for each page, adding and removing touch one page or two. Who is where stands in the members' records.

    RECORDS  "V" + page (u32)  -> list of user ids
"""

from typing import Any

import msgpack

from canisters.group import state
from canisters.lib.stable import pieces

PAGE_SIZE = 32


def add(totals: dict[str, Any], user_id: bytes) -> int:
    """Put somebody at the end; returns their place."""
    place: int = totals["unmuted"]
    page = _load(place // PAGE_SIZE)
    page.append(user_id)
    _save(place // PAGE_SIZE, page)
    totals["unmuted"] = place + 1
    return place


def remove(totals: dict[str, Any], place: int) -> bytes | None:
    """Take out whoever is at `place`; returns who stands there now, None if that was the end of the list."""
    last = totals["unmuted"] - 1
    totals["unmuted"] = last
    page = _load(last // PAGE_SIZE)
    moved = page.pop()
    _save(last // PAGE_SIZE, page)
    if place == last:
        return None
    page = _load(place // PAGE_SIZE)
    page[place % PAGE_SIZE] = moved
    _save(place // PAGE_SIZE, page)
    return moved


def everyone(totals: dict[str, Any]) -> list[bytes]:
    user_ids: list[bytes] = []
    for page in range((totals["unmuted"] + PAGE_SIZE - 1) // PAGE_SIZE):
        user_ids += _load(page)
    return user_ids


def _load(page: int) -> list[bytes]:
    packed = pieces.get(state.RECORDS, _key(page))
    return [] if packed is None else msgpack.unpackb(packed)


def _save(page: int, user_ids: list[bytes]) -> None:
    pieces.put(state.RECORDS, _key(page), msgpack.packb(user_ids))


def _key(page: int) -> bytes:
    return b"V" + page.to_bytes(4, "big")
