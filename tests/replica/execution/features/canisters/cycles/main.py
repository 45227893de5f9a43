"""Cycles that go along with calls: offered, accepted, refunded; in 64 and in 128 bits."""

from kybra import (
    Async,
    NotifyResult,
    Principal,
    Record,
    Service,
    ic,
    nat,
    nat64,
    query,
    service_update,
    update,
)


class Seen(Record):
    available: nat
    accepted: nat
    left: nat


class Receiver(Service):
    @service_update
    def receive(self, most: nat) -> Seen: ...

    @service_update
    def receive64(self, most: nat64) -> nat64: ...


class Sent(Record):
    seen: Seen
    refunded: nat


@update
def receive(most: nat) -> Seen:
    available = ic.msg_cycles_available128()
    accepted = ic.msg_cycles_accept128(most)
    return {"available": available, "accepted": accepted, "left": ic.msg_cycles_available128()}


@update
def receive64(most: nat64) -> nat64:
    accepted = ic.msg_cycles_accept(most)
    return accepted + ic.msg_cycles_available()


@update
def send(to: Principal, amount: nat64, most: nat) -> Async[Sent]:
    result = yield Receiver(to).receive(most).with_cycles(amount)
    return {"seen": result.Ok, "refunded": ic.msg_cycles_refunded()}


@update
def send128(to: Principal, amount: nat, most: nat) -> Async[Sent]:
    result = yield Receiver(to).receive(most).with_cycles128(amount)
    return {"seen": result.Ok, "refunded": ic.msg_cycles_refunded128()}


@update
def send64(to: Principal, amount: nat64) -> Async[nat64]:
    result = yield Receiver(to).receive64(3).with_cycles(amount)
    return result.Ok


@update
def notify(to: Principal, amount: nat64, most: nat) -> NotifyResult:
    return Receiver(to).receive(most).with_cycles(amount).notify()


@update
def notify128(to: Principal, amount: nat, most: nat) -> NotifyResult:
    return Receiver(to).receive(most).with_cycles128(amount).notify()


@query
def balance() -> nat:
    return ic.canister_balance128()


@query
def available_in_query() -> nat64:
    return ic.msg_cycles_available()


@update
def refunded_in_update() -> nat64:
    return ic.msg_cycles_refunded()
