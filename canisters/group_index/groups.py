"""The registry: every group there is, and what the public ones are called.

RECORDS  "G" + ordinal (u32)       -> a public group: `i` id, `n` name, `d` description
         "T"                       -> totals: `public`, `private`
INDEXES  "g" + group id            -> "p" public or "s" secret
         "N" + hash of the name    -> "g" (a group has it) or "r" + time (ms) while one is being created
         "c" + user id             -> number of groups created (u32)
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from canisters.group_index import state

PUBLIC = b"p"
SECRET = b"s"
RESERVATION_STALE_MS = 10 * 60_000
_TAKEN = b"g"
_RESERVED = b"r"


def add(group_id: bytes, *, name: str, description: str, is_public: bool, created_by: bytes) -> None:
    """Enter a group; a public one takes the name that was reserved for it."""
    totals = load_totals()
    if is_public:
        state.save(_key(totals["public"]), {"i": group_id, "n": name, "d": description})
        state.INDEXES.insert(_name_key(name), _TAKEN)
        totals["public"] += 1
    else:
        totals["private"] += 1
    state.save(b"T", totals)
    state.INDEXES.insert(b"g" + group_id, PUBLIC if is_public else SECRET)
    state.INDEXES.insert(b"c" + created_by, (created_count(created_by) + 1).to_bytes(4, "big"))


def find(group_id: bytes) -> bytes | None:
    """PUBLIC, SECRET, or None if there is no such group."""
    return state.INDEXES.get(b"g" + group_id)


def public_groups() -> Iterator[dict[str, Any]]:
    """All of them, for a search."""
    for ordinal in range(load_totals()["public"]):
        group = state.load(_key(ordinal))
        assert group is not None, "the registry has a gap"
        yield group


def created_count(user_id: bytes) -> int:
    return int.from_bytes(state.INDEXES.get(b"c" + user_id) or b"", "big")


def load_totals() -> dict[str, int]:
    return state.load(b"T") or {"public": 0, "private": 0}


# -- Names -----------------------------------------------------------------------------------------------------------


def reserve_name(name: str, now_ms: int) -> bool:
    """Keep a name for a group that is being created. False if a group has it, or is about to.

    A reservation that a crash left behind counts for nothing after `RESERVATION_STALE_MS`.
    """
    holder = state.INDEXES.get(_name_key(name))
    if holder is not None and not _is_stale(holder, now_ms):
        return False
    state.INDEXES.insert(_name_key(name), _RESERVED + now_ms.to_bytes(8, "big"))
    return True


def release_name(name: str) -> None:
    """Give up a reservation; a name that a group has stays."""
    holder = state.INDEXES.get(_name_key(name))
    if holder is not None and holder[:1] == _RESERVED:
        state.INDEXES.remove(_name_key(name))


def _is_stale(holder: bytes, now_ms: int) -> bool:
    return holder[:1] == _RESERVED and now_ms - int.from_bytes(holder[1:], "big") >= RESERVATION_STALE_MS


def _name_key(name: str) -> bytes:
    # Case does not tell names apart. Folding can make a name longer, hence the hash.
    return b"N" + sha256(name.casefold().encode()).digest()


def _key(ordinal: int) -> bytes:
    return b"G" + ordinal.to_bytes(4, "big")
