"""Calls with bytes: the caller encodes and decodes by itself."""

from kybra import (
    Async,
    NotifyResult,
    Opt,
    Principal,
    Record,
    StableBTreeMap,
    Variant,
    Vec,
    blob,
    ic,
    nat,
    nat64,
    query,
    text,
    update,
    void,
)

TOLD = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=500)


class RawResult(Variant, total=False):
    Ok: text
    Err: text


class Call(Record):
    method: text
    argument: text
    cycles: nat64


@update
def execute(canister_id: Principal, call: Call) -> Async[RawResult]:
    argument = ic.candid_encode(call["argument"])
    result = yield ic.call_raw(canister_id, call["method"], argument, call["cycles"])
    return {"Ok": ic.candid_decode(result.Ok)} if result.Err is None else {"Err": result.Err}


@update
def execute128(canister_id: Principal, method: text, argument: text, cycles: nat) -> Async[RawResult]:
    result = yield ic.call_raw128(canister_id, method, ic.candid_encode(argument), cycles)
    return {"Ok": ic.candid_decode(result.Ok)} if result.Err is None else {"Err": result.Err}


@update
def tell(canister_id: Principal, message: text, cycles: nat) -> NotifyResult:
    return ic.notify_raw(canister_id, "hear", ic.candid_encode(f'("{message}")'), cycles)


@update
def hear(message: text) -> void:
    TOLD.insert(TOLD.len(), f"{message} {ic.msg_cycles_accept128(1_000)}")


@query
def told() -> Vec[text]:
    return TOLD.values()


@query
def double(value: nat, note: Opt[blob]) -> nat:
    return value * 2


@update
def notify_raw_call(canister_id: Principal) -> NotifyResult:
    """Kybra looks for a service method of this name."""
    call = ic.call_raw(canister_id, "hear", b"", 0)
    return call.notify()


@update
def pay_raw_call(canister_id: Principal) -> Async[blob]:
    """Cycles of a raw call are its last argument; added behind, they make it a call of a service."""
    call = ic.call_raw(canister_id, "hear", b"", 0)
    result = yield call.with_cycles(5)
    return result.Ok


@update
def forget() -> Async[nat64]:
    """A call that is made and not yielded never leaves."""
    unsent = ic.call_raw(ic.id(), "hear", b"", 0)
    yield ic.call_raw(ic.id(), "told", b"DIDL\x00\x00", 0)
    return len(unsent.args)
