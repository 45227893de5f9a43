"""Timers: the pool is filled, children are upgraded, and once a minute something looks after what crashes left behind.

All of them run only while there is something to do. `watch` is what repairs: it gives back registrations that were cut
off, takes up upgrades whose claim went stale, and fills the pool again after a failure.
"""

from collections.abc import Generator
from typing import Any

from kybra import ic

from canisters.lib import env, pool, upgrades
from canisters.user_index import registrations, state

WATCH_SECONDS = 60
WATCH_LOST_MS = 60_000
"""A watch this much overdue is gone: its callback trapped."""


def refill_pool() -> None:
    """Fill the pool soon, unless it is full. A filling that a crash cut off is noticed by the watch."""
    if pool.size(state.CHILDREN) >= state.load_settings()["pool_target"]:
        return
    watch()
    if not pool.is_filling(state.CHILDREN):
        ic.set_timer(0, fill_pool)


def fill_pool() -> Generator[Any, Any, None]:
    try:
        yield from pool.fill(state.CHILDREN, state.load_settings()["pool_target"])
    except Exception as error:  # nobody hears what a timer raises
        ic.print("pool:", type(error).__name__, error)


def start_upgrades() -> None:
    for _ in range(upgrades.CONCURRENT_MAX):
        ic.set_timer(0, run_upgrades)
    watch()


def run_upgrades() -> Generator[Any, Any, None]:
    try:
        yield from upgrades.upgrade_next(state.CHILDREN)
    except Exception as error:  # nobody hears what a timer raises
        ic.print("upgrades:", type(error).__name__, error)
    if upgrades.can_claim(state.CHILDREN, env.now_ms()):
        ic.set_timer(0, run_upgrades)


def watch() -> None:
    """See to it that the watch runs within a minute."""
    totals = state.load_totals()
    now_ms = env.now_ms()
    if totals["watch"] and now_ms < totals["watch"] + WATCH_LOST_MS:
        return
    totals["watch"] = now_ms + 1000 * WATCH_SECONDS
    state.save_totals(totals)
    ic.set_timer(WATCH_SECONDS, run_watch)


def run_watch() -> None:
    totals = state.load_totals()
    totals["watch"] = 0
    state.save_totals(totals)
    registrations.recover_all()
    if upgrades.can_claim(state.CHILDREN, env.now_ms()):
        ic.set_timer(0, run_upgrades)
    refill_pool()
    if not state.REGISTRATIONS.is_empty() or upgrades.has_work(state.CHILDREN):
        watch()


def resume() -> None:
    """After an upgrade, which drops timers and calls in flight: carry on."""
    totals = state.load_totals()
    totals["watch"] = 0
    state.save_totals(totals)
    refill_pool()
    start_upgrades()
