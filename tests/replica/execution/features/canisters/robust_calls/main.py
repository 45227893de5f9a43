"""What cannot be called: wrong arguments, too few of them, things that are no calls, and a full queue."""

from kybra import Async, Principal, Service, StableBTreeMap, Vec, ic, nat64, query, service_update, text, update, void

SENT = StableBTreeMap[text, nat64](memory_id=0, max_key_size=20, max_value_size=20)


class Peer(Service):
    @service_update
    def take(self, value: nat64, name: text) -> void: ...


@update
def take(value: nat64, name: text) -> void:
    pass


@update
def wrong_argument() -> Async[void]:
    """Kybra converts after the yield, so no `try` around it sees this."""
    try:
        yield Peer(ic.id()).take("a", "b")
    except Exception:
        SENT.insert("caught", 1)


@update
def too_few() -> Async[void]:
    yield Peer(ic.id()).take(1)


@update
def too_many() -> Async[bool]:
    result = yield Peer(ic.id()).take(1, "a", "ignored")
    return result.Err is None


@update
def by_name() -> Async[void]:
    call = Peer(ic.id()).take
    yield call(1, name="a")


@update
def number() -> Async[void]:
    yield 5


@update
def wrong_principal() -> Async[void]:
    yield Peer("aaaaa-aa").take(1, "a")


@update
def fill_queue(peer: Principal) -> nat64:
    """Until no more can be sent; a queue holds 500."""
    count = 0
    while "Ok" in ic.notify_raw(peer, "take", b"", 0):
        count += 1
    return count


@update
def call_when_full(peer: Principal) -> Async[text]:
    while "Ok" in ic.notify_raw(peer, "take", b"", 0):
        pass
    result = yield Peer(peer).take(1, "a")
    return result.Err


@update
def too_many_cycles(peer: Principal) -> Async[void]:
    yield Peer(peer).take(1, "a").with_cycles128(ic.canister_balance128() + 1)


@query
def sent() -> Vec[text]:
    return SENT.keys()
