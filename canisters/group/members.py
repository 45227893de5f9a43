"""Who is in the group. Members have numbers; two indexes lead to them, one by principal and one by user id.

A member's record: `u` user id, `p` principal, `r` role, `d` when they came (ms), `e` and `m` first event and message
they may see, `s` their place in the list of who gets notifications (absent while muted), `q` stamp of the latest change
to this record. A number that is free again holds `f`, the next free number or None.

    RECORDS  "M" + number (u32)  -> the record
    INDEXES  "p" + principal     -> number (u32)
             "u" + user id       -> number (u32)
"""

from collections.abc import Iterator
from typing import Any

from canisters.group import recipients, state
from canisters.group.model.permissions import OWNER
from canisters.group.model.visibility import first_visible


def find_by_principal(principal: bytes) -> dict[str, Any] | None:
    return _find(b"p" + principal)


def find_by_user_id(user_id: bytes) -> dict[str, Any] | None:
    return _find(b"u" + user_id)


def is_member(user_id: bytes) -> bool:
    return state.INDEXES.contains_key(b"u" + user_id)


def is_principal_of_member(principal: bytes) -> bool:
    return state.INDEXES.contains_key(b"p" + principal)


def add(
    totals: dict[str, Any], *, user_id: bytes, principal: bytes, role: str, is_muted: bool, now_ms: int
) -> dict[str, Any]:
    """Make somebody a member. They must not be one yet, and neither must their principal."""
    assert not is_member(user_id), "a user would be a member twice"
    assert not is_principal_of_member(principal), "a principal would be a member twice"
    event, message = first_visible(
        is_owner=role == OWNER,
        is_history_visible=state.load_info()["history"],
        event_count=totals["events"],
        message_count=totals["messages"],
    )
    member = {"u": user_id, "p": principal, "r": role, "d": now_ms, "e": event, "m": message}
    number = _take_number(totals)
    totals["members"] += 1
    member["q"] = state.touch(totals, now_ms)
    if not is_muted:
        member["s"] = recipients.add(totals, user_id)
    _save(number, member)
    for key in (b"p" + principal, b"u" + user_id):
        state.INDEXES.insert(key, number.to_bytes(4, "big"))
    return member


def remove(totals: dict[str, Any], member: dict[str, Any], now_ms: int) -> None:
    number = _number(b"u" + member["u"])
    assert number is not None, "a member has no number"
    for key in (b"p" + member["p"], b"u" + member["u"]):
        state.INDEXES.remove(key)
    if "s" in member:
        _free_place(totals, member["s"])
    state.save(_key(number), {"f": totals["free"]})
    totals["free"] = number
    totals["members"] -= 1
    state.touch(totals, now_ms)


def everyone(totals: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All members, for those who ask for the whole list; one access each."""
    for number in range(totals["numbers"]):
        member = state.load(_key(number))
        if member is not None and "u" in member:
            yield member


def _free_place(totals: dict[str, Any], place: int) -> None:
    """Take a place out of the list of recipients; the last one there moves into it."""
    moved = recipients.remove(totals, place)
    number = None if moved is None else _number(b"u" + moved)
    if number is not None:
        record = state.load(_key(number))
        assert record is not None, "a recipient has no record"
        record["s"] = place
        _save(number, record)


def _take_number(totals: dict[str, Any]) -> int:
    number = totals["free"]
    if number is None:
        totals["numbers"] += 1
        return totals["numbers"] - 1
    hole = state.load(_key(number))
    assert hole is not None, "a free number has no record"
    totals["free"] = hole["f"]
    return number


def _find(key: bytes) -> dict[str, Any] | None:
    number = _number(key)
    return None if number is None else state.load(_key(number))


def _number(key: bytes) -> int | None:
    number = state.INDEXES.get(key)
    return None if number is None else int.from_bytes(number, "big")


def _save(number: int, member: dict[str, Any]) -> None:
    state.save(_key(number), member)


def _key(number: int) -> bytes:
    return b"M" + number.to_bytes(4, "big")
