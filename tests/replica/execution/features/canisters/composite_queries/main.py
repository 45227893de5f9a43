"""Composite queries: queries that ask other canisters, and what they may not do."""

from kybra import (
    Async,
    Manual,
    Principal,
    Service,
    StableBTreeMap,
    ic,
    nat64,
    query,
    service_query,
    service_update,
    text,
    update,
    void,
)

COUNTS = StableBTreeMap[text, nat64](memory_id=0, max_key_size=20, max_value_size=20)


class Peer(Service):
    @service_query
    def simple(self) -> text: ...

    @service_query
    def asks_another(self, peer: Principal) -> text: ...

    @service_query
    def count_up(self) -> nat64: ...

    @service_query
    def by_hand(self) -> text: ...

    @service_update
    def change(self) -> text: ...


@query
def simple() -> text:
    return "Hello from " + ic.id().to_str()


@query
def by_hand() -> Manual[text]:
    ic.reply("by hand")


@query
def count_up() -> nat64:
    count = (COUNTS.get("count") or 0) + 1
    COUNTS.insert("count", count)
    return count


@update
def change() -> text:
    return "changed"


@query
def asks(peer: Principal) -> Async[text]:
    result = yield Peer(peer).simple()
    return result.Ok if result.Err is None else result.Err


@query
def asks_manual(peer: Principal) -> Async[Manual[text]]:
    result = yield Peer(peer).by_hand()
    ic.reply(result.Ok)


@query
def asks_another(peer: Principal) -> Async[text]:
    result = yield Peer(peer).simple()
    return "through one: " + result.Ok


@query
def asks_through(middle: Principal, peer: Principal) -> Async[text]:
    result = yield Peer(middle).asks_another(peer)
    return "through two: " + result.Ok


@query
def asks_for_change(peer: Principal) -> Async[text]:
    result = yield Peer(peer).change()
    return result.Ok if result.Err is None else result.Err


@query
def counts(peer: Principal) -> Async[nat64]:
    COUNTS.insert("count", 10)
    first = yield Peer(peer).count_up()
    second = yield Peer(peer).count_up()
    return first.Ok + second.Ok + COUNTS.len()


@query
def asks_itself() -> Async[text]:
    result = yield Peer(ic.id()).simple()
    return result.Ok


@query
def tells(peer: Principal) -> Async[void]:
    yield Peer(peer).simple().with_cycles(1)


@update
def asks_in_update(peer: Principal) -> Async[text]:
    result = yield Peer(peer).asks_another(peer)
    return result.Err
