"""Service types: canisters as arguments, results, record fields and map values."""

from kybra import (
    Async,
    Principal,
    Record,
    Service,
    StableBTreeMap,
    Variant,
    Vec,
    nat64,
    query,
    service_query,
    service_update,
    text,
    update,
    void,
)


class SomeService(Service):
    @service_query
    def query1(self) -> bool: ...

    @service_update
    def update1(self) -> text: ...


class Empty(Service):
    @service_update
    def nothing(self) -> void: ...


class Holder(Record):
    name: text
    service: SomeService


class Either(Variant, total=False):
    SomeService: SomeService
    Empty: Empty


KNOWN = StableBTreeMap[nat64, SomeService](memory_id=0, max_key_size=15, max_value_size=500)


@query
def query1() -> bool:
    return True


@update
def update1() -> text:
    return "update1"


@query
def echo(value: SomeService) -> SomeService:
    return value


@query
def made(canister_id: Principal) -> SomeService:
    return SomeService(canister_id)


@query
def many(values: Vec[SomeService]) -> Vec[SomeService]:
    return values


@query
def holder(value: Holder) -> Holder:
    return value


@query
def either(value: Either) -> Either:
    return value


@query
def kind(value: SomeService) -> text:
    return f"{type(value).__name__} {value.canister_id.to_str()}"


@update
def keep(value: SomeService) -> SomeService:
    KNOWN.insert(0, value)
    return KNOWN.get(0)


@update
def call_it(value: SomeService) -> Async[text]:
    first = yield value.query1()
    second = yield value.update1()
    return f"{first.Ok} {second.Ok}"
