"""Function references across canisters: one canister hands out a function, another calls it."""

from kybra import (
    Async,
    Func,
    Oneway,
    Principal,
    Service,
    StableBTreeMap,
    Vec,
    blob,
    ic,
    nat64,
    query,
    service_query,
    text,
    update,
    void,
)

Notifier = Func(Oneway[[blob], void])

RECEIVED = StableBTreeMap[nat64, blob](memory_id=0, max_key_size=15, max_value_size=200)


class Notifiers(Service):
    @service_query
    def get_notifier(self) -> Notifier: ...


@query
def get_notifier() -> Notifier:
    return (ic.id(), "receive_notification")


@update
def receive_notification(message: blob) -> void:
    RECEIVED.insert(RECEIVED.len(), message)


@query
def received() -> Vec[blob]:
    return RECEIVED.values()


@update
def notify_through(notifiers: Principal) -> Async[text]:
    result = yield Notifiers(notifiers).get_notifier()
    canister, method = result.Ok
    ic.notify_raw(canister, method, ic.candid_encode('(blob "hello")'), 0)
    return method
