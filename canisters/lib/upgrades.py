"""Bringing every child to the current module: stop, install, and start again whatever happened in between.

`restart` puts the cursor back to the first child. Each run of `upgrade_next`, called from a timer of the index, claims
one child that is behind and upgrades it; at most `CONCURRENT_MAX` are under way. A failure is counted and not tried
again until the next `restart`. A claim that a crash cut off is taken over after `CLAIM_STALE_MS` and done again from
the start, because a canister that was stopped must not stay so; a child that could not be started again is left to the
same remedy.

    "U" in records   children, current (how many run the current module), cursor, completed, failed,
                     claims: [[child number, since (ms), how often it could not be started (absent: never)]]
"""

from collections.abc import Generator
from typing import Any

from kybra import Principal, ic

from canisters.lib import env
from canisters.lib.children import ChildMaps, child, child_key, install, load, module, save
from canisters.lib.management import ManagementCanister, management

CONCURRENT_MAX = 2
CLAIM_STALE_MS = 600_000
CHILDREN_SKIPPED_MAX = 500
STARTS_MAX = 10
NO_ARGUMENTS = b"DIDL\x00\x00"


def restart(maps: ChildMaps, *, is_new_module: bool) -> None:
    """Visit every child again; call it when a module was given."""
    totals = load(maps, b"U")
    totals["cursor"] = 0
    totals["failed"] = 0
    if is_new_module:
        totals["current"] = 0
        totals["completed"] = 0
    save(maps, b"U", totals)


def status(maps: ChildMaps) -> dict[str, int]:
    """How many children are `pending`, `completed` and `failed` on the way to the current module."""
    totals = load(maps, b"U")
    failed = totals.get("failed", 0)
    behind = totals.get("children", 0) - totals.get("current", 0)
    return {"pending": max(0, behind - failed), "completed": totals.get("completed", 0), "failed": failed}


def has_work(maps: ChildMaps) -> bool:
    """Whether anything is left to look after: children are unvisited or claims are open."""
    totals = load(maps, b"U")
    return totals.get("cursor", 0) < totals.get("children", 0) or bool(totals.get("claims"))


def can_claim(maps: ChildMaps, now_ms: int) -> bool:
    """Whether a run of `upgrade_next` now would have something to do."""
    totals = load(maps, b"U")
    claims = totals.get("claims", [])
    if any(now_ms - open_claim[1] >= CLAIM_STALE_MS for open_claim in claims):
        return True
    return len(claims) < CONCURRENT_MAX and totals.get("cursor", 0) < totals.get("children", 0)


def is_upgrading(maps: ChildMaps, number: int) -> bool:
    return any(claimed == number for claimed, _ in load(maps, b"U").get("claims", []))


def upgrade_next(maps: ChildMaps) -> Generator[Any, Any, bool]:
    """Upgrade one child. False if there was none to claim now. Drive it with `yield from`."""
    since_ms = env.now_ms()
    number = claim(maps, since_ms)
    if number is None:
        return False
    outcome = yield from upgrade(maps, child(maps, number)["id"])
    if not ("Stopped" in outcome and put_off(maps, number, since_ms)):
        finish(maps, number, since_ms, outcome)
    return True


def claim(maps: ChildMaps, now_ms: int) -> int | None:
    """Mark the next child as being upgraded and return its number; None if nobody is behind or enough are under way."""
    totals = load(maps, b"U")
    claims = totals.get("claims", [])
    for open_claim in claims:
        if now_ms - open_claim[1] >= CLAIM_STALE_MS:
            open_claim[1] = now_ms
            save(maps, b"U", totals)
            return open_claim[0]
    number = next_behind(maps, totals) if len(claims) < CONCURRENT_MAX else None
    if number is not None:
        totals["claims"] = [*claims, [number, now_ms]]
    save(maps, b"U", totals)
    return number


def next_behind(maps: ChildMaps, totals: dict[str, Any]) -> int | None:
    """Move the cursor to the next child that is behind and past it; bounded, so that one message stays short."""
    current = module(maps)
    if current is None:
        return None
    claimed = [open_claim[0] for open_claim in totals.get("claims", [])]
    end = min(totals.get("children", 0), totals.get("cursor", 0) + CHILDREN_SKIPPED_MAX)
    for number in range(totals.get("cursor", 0), end):
        totals["cursor"] = number + 1
        if number not in claimed and child(maps, number)["g"] != current["generation"]:
            return number
    return None


def upgrade(maps: ChildMaps, canister_id: bytes) -> Generator[Any, Any, dict[str, Any]]:
    """`{"Ok": generation}` or `{"Err": text}`; the canister is started in either case.

    `{"Stopped": text, "Err": text}` if that failed, by an overload of the subnet for example.
    """
    target: ManagementCanister = {"canister_id": Principal(canister_id)}
    stopped = yield management().stop_canister(target)
    if stopped.Err is None:
        installed = yield from install(maps, canister_id, {"upgrade": None}, NO_ARGUMENTS)
    else:
        installed = {"Err": stopped.Err}
    started = yield management().start_canister(target)
    return installed if started.Err is None else {"Stopped": started.Err, "Err": started.Err}


def put_off(maps: ChildMaps, number: int, since_ms: int) -> bool:
    """Keep the claim, to be taken over when it is stale. False if the child cannot be started however often we try."""
    totals = load(maps, b"U")
    for open_claim in totals.get("claims", []):
        if open_claim[:2] == [number, since_ms]:
            failures = open_claim[2] + 1 if len(open_claim) > 2 else 1
            open_claim[2:] = [failures]
            save(maps, b"U", totals)
            return failures < STARTS_MAX
    return False


def finish(maps: ChildMaps, number: int, since_ms: int, outcome: dict[str, Any]) -> None:
    """Give the claim of `since_ms` back and record what became of the child.

    Nothing if we were so slow that the claim was taken over: whoever did may have stopped the child again, and must
    find the claim open if a crash cuts that off.
    """
    totals = load(maps, b"U")
    claims = totals.get("claims", [])
    left = [claimed for claimed in claims if claimed[:2] != [number, since_ms]]
    if len(left) == len(claims):
        return
    totals["claims"] = left
    current = module(maps)
    assert current is not None, "there was a module to upgrade to"
    if "Err" in outcome:
        totals["failed"] = totals.get("failed", 0) + 1
        ic.print("upgrade failed:", outcome["Err"])
    elif outcome["Ok"] == current["generation"]:
        totals["current"] = totals.get("current", 0) + 1
        totals["completed"] = totals.get("completed", 0) + 1
        record = child(maps, number)
        record["g"] = current["generation"]
        record["v"] = current["version"]
        save(maps, child_key(number), record)
    else:
        # A newer module was given in the meantime: visit this child again.
        totals["cursor"] = min(totals.get("cursor", 0), number)
    save(maps, b"U", totals)
