"""Notifications in hooks and plain queries, and calls that nobody sends."""

from kybra import Async, Principal, Service, ic, init, query, service_update, text, update, void


class Peer(Service):
    @service_update
    def take(self, name: text) -> text: ...


@init
def on_install(peer: Peer) -> void:
    peer.take("a").notify()  # refused: 42


@query
def tell(peer: Principal) -> void:
    ic.notify_raw(peer, "take", b"", 0)  # refused: 42


@update
def unsent(peer: Principal) -> void:
    Peer(peer).take("a")  # refused: 36
    ic.call_raw(peer, "take", b"", 0)  # refused: 36


@update
def by_name(peer: Principal) -> Async[text]:
    result = yield Peer(peer).take(name="a")  # refused: 35
    if result.Ok:  # refused: 37
        return result.Ok
    return result.Err


@update
def two_at_once(peer: Principal) -> Async[void]:
    yield [Peer(peer).take("a"), Peer(peer).take("b")]  # refused: 36
