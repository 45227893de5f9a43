"""Empty canisters, created ahead of time, so that whoever comes next only waits for an installation.

`fill` is run by a timer of the index. Only one filling is under way at a time, so the pool does not grow beyond its
target; a mark that a crash left behind is ignored after `FILLING_STALE_MS`.
"""

from collections.abc import Generator
from typing import Any

from kybra import ic

from canisters.lib import env
from canisters.lib.children import ChildMaps, load, save
from canisters.lib.management import management

CANISTER_CYCLES = 500_000_000_000
CREATION_FEE_CYCLES = 500_000_000_000
OWN_CYCLES_MIN = 5_000_000_000_000
FILLING_STALE_MS = 120_000
CYCLES_TOO_LOW = "the cycles balance is too low to create a canister"


def size(maps: ChildMaps) -> int:
    return load(maps, b"P").get("n", 0)


def take(maps: ChildMaps) -> bytes | None:
    """An empty canister that nobody else will get, or None if the pool is empty."""
    pool = load(maps, b"P")
    left = pool.get("n", 0)
    if left == 0:
        return None
    pool["n"] = left - 1
    save(maps, b"P", pool)
    canister_id = maps.indexes.remove(slot_key(left - 1))
    assert canister_id is not None, "a slot of the pool is empty"
    return canister_id


def give(maps: ChildMaps, canister_id: bytes) -> None:
    """Put a canister into the pool. Whatever it holds is wiped when it is installed for somebody."""
    pool = load(maps, b"P")
    slot = pool.get("n", 0)
    pool["n"] = slot + 1
    save(maps, b"P", pool)
    maps.indexes.insert(slot_key(slot), canister_id)


def can_create() -> bool:
    return ic.canister_balance128() >= OWN_CYCLES_MIN + CANISTER_CYCLES + CREATION_FEE_CYCLES


def create() -> Generator[Any, Any, dict[str, Any]]:
    """A new canister, controlled by us: `{"Ok": canister id}` or `{"Err": text}`. Drive it with `yield from`."""
    if not can_create():
        return {"Err": CYCLES_TOO_LOW}
    call = management().create_canister({"settings": None})
    created = yield call.with_cycles128(CANISTER_CYCLES + CREATION_FEE_CYCLES)
    if created.Err is not None:
        return {"Err": created.Err}
    return {"Ok": created.Ok["canister_id"].bytes}


def fill(maps: ChildMaps, target: int) -> Generator[Any, Any, None]:
    """Create canisters until the pool has `target`, unless a filling is under way. Drive it with `yield from`."""
    if is_filling(maps):
        return
    while size(maps) < target:
        mark_filling(maps, env.now_ms())
        created = yield from create()
        if "Err" in created:
            ic.print("pool:", created["Err"])
            break
        give(maps, created["Ok"])
    mark_filling(maps, 0)


def is_filling(maps: ChildMaps) -> bool:
    return env.now_ms() - load(maps, b"P").get("f", 0) < FILLING_STALE_MS


def mark_filling(maps: ChildMaps, since_ms: int) -> None:
    pool = load(maps, b"P")
    pool["f"] = since_ms
    save(maps, b"P", pool)


def slot_key(slot: int) -> bytes:
    return b"p" + slot.to_bytes(4, "big")
