"""Groups being created: what each holds until it is done, so that a crash in between loses nothing.

A creation holds a place in its creator's quota, a reserved name if the group is public, and from some point on a
canister. One that is older than `STALE_MS` was cut off: its name is free again and its canister goes back to the pool,
where whatever was installed in it is wiped before the next use.

    RECORDS  "O"  -> `next` number, `open`: list of `i` number, `u` creator, `n` name or None, `c` canister or None,
                     `t` begun (ms)
"""

from typing import Any

from canisters.group_index import groups, state
from canisters.lib import pool
from canisters.lib.chat.group_rules import GROUPS_PER_CREATOR_MAX

STALE_MS = 5 * 60_000


def begin(user_id: bytes, name: str | None, now_ms: int) -> dict[str, Any]:
    """`{"Ok": number}`, or `{"Err": case}` with the case of the reply: the quota is used up or the name is taken."""
    recover(now_ms)
    account = _load()
    mine = [creation for creation in account["open"] if creation["u"] == user_id]
    if groups.created_count(user_id) + len(mine) >= GROUPS_PER_CREATOR_MAX:
        return {"Err": {"MaxGroupsCreated": GROUPS_PER_CREATOR_MAX}}
    if name is not None and not groups.reserve_name(name, now_ms):
        return {"Err": {"NameTaken": None}}
    number: int = account["next"]
    account["next"] = number + 1
    account["open"].append({"i": number, "u": user_id, "n": name, "c": None, "t": now_ms})
    state.save(b"O", account)
    return {"Ok": number}


def hold(number: int, canister_id: bytes) -> None:
    """The creation has this canister from now on."""
    account = _load()
    for creation in account["open"]:
        if creation["i"] == number:
            creation["c"] = canister_id
    state.save(b"O", account)


def is_open(number: int) -> bool:
    """Whether the creation still holds what it began with; after too long a wait it was given up."""
    return any(creation["i"] == number for creation in _load()["open"])


def finish(number: int) -> None:
    """The group exists: nothing is given back."""
    _close(number)


def give_up(number: int) -> None:
    """Give back whatever the creation holds."""
    creation = _close(number)
    if creation is None:
        return
    if creation["n"] is not None:
        groups.release_name(creation["n"])
    if creation["c"] is not None:
        pool.give(state.CHILDREN, creation["c"])


def recover(now_ms: int) -> None:
    """Give up every creation that was cut off."""
    for creation in _load()["open"]:
        if now_ms - creation["t"] >= STALE_MS:
            give_up(creation["i"])


def is_any_open() -> bool:
    return bool(_load()["open"])


def _close(number: int) -> dict[str, Any] | None:
    account = _load()
    closed = [creation for creation in account["open"] if creation["i"] == number]
    account["open"] = [creation for creation in account["open"] if creation["i"] != number]
    state.save(b"O", account)
    return closed[0] if closed else None


def _load() -> dict[str, Any]:
    return state.load(b"O") or {"next": 0, "open": []}
