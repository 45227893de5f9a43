"""Timers: once and again, cleared, awaiting, failing, and re-armed after an upgrade."""

from kybra import (
    Async,
    Duration,
    Record,
    StableBTreeMap,
    TimerId,
    Vec,
    ic,
    init,
    nat64,
    post_upgrade,
    query,
    text,
    update,
    void,
)
from kybra.canisters.management import management_canister

EVENTS = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=200)


class TimerIds(Record):
    single: TimerId
    repeat: TimerId


def note(event: text) -> None:
    EVENTS.insert(EVENTS.len(), event)


@init
def on_install() -> void:
    ic.set_timer(1, started)


@post_upgrade
def after_upgrade() -> void:
    ic.set_timer(1, started)


def started() -> void:
    note("started")


def once() -> void:
    note(f"once, as {'myself' if ic.caller().bytes == ic.id().bytes else 'another'}")


def again() -> void:
    note("again")


def fail() -> void:
    note("undone")
    raise ValueError("of a timer")


def await_chance() -> Async[void]:
    try:
        result = yield management_canister.raw_rand()
        note(f"{len(result.Ok)} bytes")
    except Exception as error:
        ic.print(error)


def fail_after_await() -> Async[void]:
    note("before")
    try:
        yield management_canister.raw_rand()
    except Exception as error:
        ic.print(error)
    note("after")
    raise ValueError("dropped")


@update
def set_timers(delay: Duration, interval: Duration) -> TimerIds:
    return {"single": ic.set_timer(delay, once), "repeat": ic.set_timer_interval(interval, again)}


@update
def set_failing() -> void:
    ic.set_timer(0, fail)
    ic.set_timer(0, once)


@update
def set_failing_interval() -> void:
    ic.set_timer_interval(10, fail)


@update
def set_awaiting() -> void:
    ic.set_timer(0, await_chance)


@update
def set_failing_after_await() -> void:
    ic.set_timer(0, fail_after_await)


@update
def clear(timer: TimerId) -> void:
    ic.clear_timer(timer)


@query
def events() -> Vec[text]:
    return EVENTS.values()
