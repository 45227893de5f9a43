"""Hooks, guards and plain queries cannot wait."""

from kybra import Async, GuardResult, Principal, StableBTreeMap, ic, init, nat64, pre_upgrade, query, text, update, void
from kybra.canisters.management import management_canister


@init
def on_install() -> void:  # refused: 18
    yield management_canister.raw_rand()


@pre_upgrade
def before(reason: text) -> void:  # refused: 20
    pass


def guard(name: text) -> GuardResult:  # refused: 21
    return {"Ok": None}


def slow_guard() -> GuardResult:  # refused: 18
    yield management_canister.raw_rand()
    return {"Ok": None}


@query
def asks(peer: Principal) -> nat64:  # refused: 19
    result = yield ic.call_raw(peer, "count", b"", 0)
    return len(result.Ok)


@update(guard=slow_guard)
def guarded() -> nat64:
    return 1


@query(guard=guard)
def guarded_query() -> nat64:
    return 1
