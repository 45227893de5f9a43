"""The registry: finds a user by number, canister, principal or name.

    RECORDS   "A" + number                  -> id, principal, name, created (ms), updated (stamp)
    INDEXES   "a" + principal               -> number
              "u" + name in lower case      -> 1 + number, or 0 + principal of who is registering under it
    NAMES     block number                  -> the names of 16 users, for searching

Whoever searches reads every name. Sixteen to a block, that is six thousand values for a hundred thousand people.
"""

from typing import Any

from kybra import Principal

from canisters.lib import children
from canisters.user_index import state
from canisters.user_index.api import UserSummary
from canisters.user_index.model import usernames

NAMES_PER_BLOCK = 16
TAKEN = b"\x01"
RESERVED = b"\x00"


def count() -> int:
    return children.count(state.CHILDREN)


def get(number: int) -> dict[str, Any]:
    user = state.load(user_key(number))
    assert user is not None, "there is no user with this number"
    return user


def by_canister(user_id: bytes) -> dict[str, Any] | None:
    number = children.number_of(state.CHILDREN, user_id)
    return None if number is None else get(number)


def number_of_principal(principal: bytes) -> int | None:
    number = state.INDEXES.get(b"a" + principal)
    return None if number is None else int.from_bytes(number, "big")


def by_principal(principal: bytes) -> dict[str, Any] | None:
    number = number_of_principal(principal)
    return None if number is None else get(number)


def by_name(name: str) -> dict[str, Any] | None:
    if usernames.refusal(name) is not None:
        return None
    entry = state.INDEXES.get(name_key(name))
    return get(int.from_bytes(entry[1:], "big")) if entry is not None and entry[:1] == TAKEN else None


def add(number: int, *, user_id: bytes, principal: bytes, name: str, now_ms: int) -> None:
    encoded = number.to_bytes(4, "big")
    user = {"id": user_id, "principal": principal, "name": name, "created": now_ms, "updated": state.touch(now_ms)}
    state.save(user_key(number), user)
    state.INDEXES.insert(b"a" + principal, encoded)
    state.INDEXES.insert(name_key(name), TAKEN + encoded)
    block = (number // NAMES_PER_BLOCK).to_bytes(4, "big")
    state.NAMES.insert(block, (state.NAMES.get(block) or b"") + name.encode() + b"\n")


def all_names() -> list[tuple[int, str]]:
    """Blocks of names, one a line, each with the number of the user on its first line."""
    return [(int.from_bytes(block, "big") * NAMES_PER_BLOCK, names.decode()) for block, names in state.NAMES.items()]


def summary(user: dict[str, Any]) -> UserSummary:
    return {"user_id": Principal(user["id"]), "username": user["name"], "date_updated": user["updated"]}


def user_key(number: int) -> bytes:
    return b"A" + number.to_bytes(4, "big")


def name_key(name: str) -> bytes:
    return b"u" + name.lower().encode()
