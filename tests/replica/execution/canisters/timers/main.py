"""Timers: by name, sync and awaiting, failing and not."""

from canisters.timers import jobs
from canisters.timers.jobs import tick
from kybra import Async, Principal, StableBTreeMap, TimerId, Vec, ic, nat64, query, text, update, void

log = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=1_000)


def fail() -> void:
    log.insert(log.len(), "undone")
    raise ValueError("sync")


def call_out() -> Async[void]:
    try:
        yield ic.call_raw(Principal(b"\x01"), "work", b"", 0)
    except Exception as error:
        ic.print(error)
    log.insert(log.len(), "woke")
    raise ValueError("dropped")


@update
def arm_tick(seconds: nat64) -> TimerId:
    return ic.set_timer(seconds, tick)


@update
def arm_module_function() -> TimerId:
    return ic.set_timer_interval(60, jobs.tick)


@update
def arm_failing() -> TimerId:
    return ic.set_timer(0, fail)


@update
def arm_calling() -> TimerId:
    return ic.set_timer(0, call_out)


@update
def arm_closure() -> TimerId:
    return set_closure(ic.set_timer)


def set_closure(setter: object) -> TimerId:
    def nested() -> void:
        pass

    return setter(0, nested)


@update
def arm_and_trap() -> void:
    ic.set_timer(0, tick)
    ic.trap("no")


@update
def disarm(timer: TimerId) -> void:
    ic.clear_timer(timer)


@query
def arm_in_query() -> TimerId:
    return ic.set_timer(0, tick)


@query
def ticks() -> Vec[text]:
    return [*jobs.ticks.values(), *log.values()]
