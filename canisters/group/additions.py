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


def begin(added_by: bytes, correlation_id: int, now_ms: int) -> dict[str, Any]:
    """Open a request; hand what this returns to `note` and `finish`."""
    account = _load()
    request = {"i": account["next"], "b": added_by, "c": correlation_id, "u": [], "t": now_ms}
    account["next"] += 1
    account["open"].append(request)
    state.save(b"A", account)
    return request


def note(request: dict[str, Any], user_id: bytes | None, now_ms: int) -> None:
    """Record progress: this user was added, or None if one was tried in vain."""
    account = _load()
    open_request = _find(account, request)
    if open_request is None:
        # It took so long that the timer closed it: whoever is added from now on gets an event of their own.
        open_request = {"i": request["i"], "b": request["b"], "c": request["c"], "u": []}
        account["open"].append(open_request)
    open_request["t"] = now_ms
    if user_id is not None:
        open_request["u"].append(user_id)
    state.save(b"A", account)


def finish(request: dict[str, Any], now_ms: int) -> None:
    """Close a request and write its event, unless that has happened."""
    account = _load()
    open_request = _find(account, request)
    if open_request is None:
        return
    account["open"].remove(open_request)
    state.save(b"A", account)
    _write_event(open_request, now_ms)


def finish_stale(now_ms: int) -> bool:
    """Close every request that was cut off. True if others are still open."""
    for request in _load()["open"]:
        if now_ms - request["t"] >= STALE_MS:
            finish(request, now_ms)
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


def _find(account: dict[str, Any], request: dict[str, Any]) -> dict[str, Any] | None:
    for open_request in account["open"]:
        if open_request["i"] == request["i"]:
            return open_request
    return None


def _load() -> dict[str, Any]:
    return state.load(b"A") or {"next": 0, "open": []}
