"""Awaiting other canisters, in every way there is."""

from kybra import (
    Async,
    NotifyResult,
    Opt,
    Principal,
    Service,
    StableBTreeMap,
    Tuple,
    Vec,
    blob,
    ic,
    nat,
    nat64,
    query,
    service_query,
    service_update,
    text,
    update,
    void,
)
from kybra.canisters.management import management_canister

steps = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=1_000)


class Peer(Service):
    @service_update
    def greet(self, name: text, times: nat) -> text: ...

    @service_query
    def count(self) -> nat: ...

    @service_update
    def ping(self) -> void: ...


def remember(step: text) -> void:
    steps.insert(steps.len(), step)


@update
def greet_peer(peer: Principal, name: text) -> Async[text]:
    remember("before")
    result = yield Peer(peer).greet(name, 2)
    remember("after")
    if result.Err is not None:
        return "Err: " + result.Err
    return "Ok: " + result.Ok


@update
def ping_peer(peer: Principal) -> Async[text]:
    result = yield Peer(peer).ping()
    return f"{result.Ok} {result.Err}"


@update
def greet_peer_plainly(peer: Principal) -> text:
    result = yield Peer(peer).greet("plain", 1)
    return result.Ok


@update
def raw(peer: Principal, data: blob) -> Async[blob]:
    result = yield ic.call_raw(peer, "anything", data, 5)
    return result.Ok if result.Err is None else result.Err.encode()


@update
def pay(peer: Principal) -> Async[text]:
    result = yield Peer(peer).greet("paid", 1).with_cycles(7)
    return f"{result.Ok} {ic.msg_cycles_refunded()}"


def inner(peer: Principal, name: text) -> Async[text]:
    result = yield Peer(peer).greet(name, 1)
    return result.Ok + "!"


@update
def nested(peer: Principal) -> Async[text]:
    first = yield inner(peer, "first")
    second = yield from inner(peer, "second")
    return first + second


@update
def two_in_turn(peer: Principal) -> Async[text]:
    first = yield Peer(peer).greet("one", 1)
    second = yield Peer(peer).count()
    return f"{first.Ok} {second.Ok}"


@update
def fails_inside(peer: Principal) -> Async[text]:
    try:
        yield fails_after(peer)
    except ValueError:
        remember("caught")
    return "survived"


def fails_after(peer: Principal) -> Async[void]:
    yield Peer(peer).ping()
    raise ValueError("inner")


@update
def catches_from(peer: Principal) -> Async[text]:
    try:
        yield from fails_after(peer)
    except ValueError:
        return "caught"
    return "not caught"


@update
def traps_after(peer: Principal) -> Async[text]:
    remember("kept")
    yield Peer(peer).ping()
    remember("undone")
    ic.trap("too late")


@update
def cleans_up(peer: Principal) -> Async[void]:
    try:
        yield Peer(peer).ping()
    finally:
        remember("cleaned")


@update
def bad_argument(peer: Principal) -> Async[text]:
    yield Peer(peer).greet("x", -1)


@update
def too_few(peer: Principal) -> Async[text]:
    yield Peer(peer).greet("x")


@update
def yields_nonsense() -> Async[text]:
    yield 5


@update
def after_await(peer: Principal) -> Async[text]:
    yield ic.call_raw(peer, "a", b"", 0)
    code = next(iter(ic.reject_code()))
    message = ic.reject_message() if code != "NoError" else str(ic.arg_data_raw())
    return f"{code} {message} {ic.caller().to_str()}"


@query
def composite(peer: Principal) -> Async[nat]:
    result = yield Peer(peer).count()
    return result.Ok


@query
def composite_code(peer: Principal) -> Async[text]:
    yield Peer(peer).count()
    return next(iter(ic.reject_code()))


@query
def sneaky(peer: Principal) -> Vec[text]:
    return ic.call_raw(peer, "a", b"", 0).args[1:2]


@update
def tell(peer: Principal) -> NotifyResult:
    return Peer(peer).ping().notify()


@update
def tell_and_pay(peer: Principal) -> NotifyResult:
    return Peer(peer).greet("n", 1).with_cycles128(9).notify()


@update
def tell_raw(peer: Principal) -> NotifyResult:
    return ic.notify_raw(peer, "hello", b"raw", 3)


@update
def random_bytes() -> Async[blob]:
    result = yield management_canister.raw_rand()
    return result.Ok


@query
def remembered() -> Vec[text]:
    return steps.values()


@query
def friend(peer: Peer) -> Tuple[text, Opt[Peer]]:
    return (type(peer).__name__ + " " + peer.canister_id.to_str(), peer)
