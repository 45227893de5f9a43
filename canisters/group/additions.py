"""Adding people takes a call to each one's canister; this keeps the account of it, so that a crash leaves no gap.

Everyone whose canister said yes becomes a member at once. The event that tells the others is written when the whole
request is done. A request that nobody has touched for `STALE_MS` was cut off: a timer writes its event then.

    RECORDS  "A"  -> list of open requests: `i` number, `b` who adds, `c` correlation id, `u` user ids added so far,
                     `t` time of the last progress (ms); and the next number
"""

from typing import Any

from canisters.group import state
from canisters.lib.chat import stored

STALE_MS = 120_000


def begin(added_by: bytes, correlation_id: int, now_ms: int) -> int:
    """Open a request; returns its number."""
    account = _load()
    number: int = account["next"]
    account["next"] = number + 1
    account["open"].append({"i": number, "b": added_by, "c": correlation_id, "u": [], "t": now_ms})
    state.save(b"A", account)
    return number


def note(number: int, user_id: bytes | None, now_ms: int) -> None:
    """Record progress: this user was added, or None if one was tried in vain."""
    account = _load()
    for request in account["open"]:
        if request["i"] == number:
            request["t"] = now_ms
            if user_id is not None:
                request["u"].append(user_id)
    state.save(b"A", account)


def finish(number: int, now_ms: int) -> None:
    """Close a request and write its event, unless that has happened."""
    account = _load()
    closed = [request for request in account["open"] if request["i"] == number]
    account["open"] = [request for request in account["open"] if request["i"] != number]
    state.save(b"A", account)
    for request in closed:
        _write_event(request, now_ms)


def finish_stale(now_ms: int) -> bool:
    """Close every request that was cut off. True if others are still open."""
    for request in _load()["open"]:
        if now_ms - request["t"] >= STALE_MS:
            finish(request["i"], now_ms)
    return is_any_open()


def is_any_open() -> bool:
    return bool(_load()["open"])


def _write_event(request: dict[str, Any], now_ms: int) -> None:
    if not request["u"]:
        return
    totals = state.load_totals()
    payload = {"user_ids": request["u"], "added_by": request["b"]}
    state.append_event(
        totals, stored.other_event("ParticipantsAdded", payload, timestamp_ms=now_ms, correlation_id=request["c"])
    )
    state.save_totals(totals)


def _load() -> dict[str, Any]:
    return state.load(b"A") or {"next": 0, "open": []}
