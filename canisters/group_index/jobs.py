"""Timers: the pool is filled, groups are upgraded, and once a minute something looks after what crashes left behind.

All of them run only while there is something to do. The *watch* is what repairs: it gives up creations that were cut
off, takes up upgrades whose claim went stale, and fills the pool again after a failure.

    RECORDS  "W"  -> {`t`: when the watch runs next (ms), 0 if it is not armed}
"""

from collections.abc import Generator
from typing import Any

from kybra import ic

from canisters.group_index import creations, state
from canisters.lib import env, pool, upgrades

WATCH_SECONDS = 60
# A watch this much overdue is gone: its callback trapped.
WATCH_LOST_MS = 60_000


def refill_pool() -> None:
    """Fill the pool soon, unless it is full or being filled."""
    is_short = pool.size(state.CHILDREN) < state.load_settings()["pool"]
    if is_short and not pool.is_filling(state.CHILDREN):
        ic.set_timer(0, fill_pool)
        watch()


def start_upgrades() -> None:
    for _ in range(upgrades.CONCURRENT_MAX):
        ic.set_timer(0, run_upgrades)
    watch()


def resume() -> None:
    """After an upgrade, which drops timers and calls in flight: carry on."""
    _save_watch(0)
    refill_pool()
    start_upgrades()


def watch() -> None:
    """See to it that the watch runs within a minute."""
    now_ms = env.now_ms()
    armed_for = (state.load(b"W") or {"t": 0})["t"]
    if armed_for and now_ms < armed_for + WATCH_LOST_MS:
        return
    _save_watch(now_ms + 1_000 * WATCH_SECONDS)
    ic.set_timer(WATCH_SECONDS, run_watch)


# -- What timers call; nobody hears what they raise ------------------------------------------------------------------


def fill_pool() -> Generator[Any, Any, None]:
    try:
        yield from pool.fill(state.CHILDREN, state.load_settings()["pool"])
    except Exception as error:
        ic.print("pool:", type(error).__name__, error)


def run_upgrades() -> Generator[Any, Any, None]:
    try:
        yield from upgrades.upgrade_next(state.CHILDREN)
    except Exception as error:
        ic.print("upgrades:", type(error).__name__, error)
    if upgrades.can_claim(state.CHILDREN, env.now_ms()):
        ic.set_timer(0, run_upgrades)


def run_watch() -> None:
    _save_watch(0)
    creations.recover(env.now_ms())
    if upgrades.can_claim(state.CHILDREN, env.now_ms()):
        ic.set_timer(0, run_upgrades)
    refill_pool()
    if creations.is_any_open() or upgrades.has_work(state.CHILDREN):
        watch()


def _save_watch(at_ms: int) -> None:
    state.save(b"W", {"t": at_ms})
