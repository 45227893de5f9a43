"""Uses one function of the platform by name, to see where that is allowed."""

from canisters.contexts.uses import PEER, use
from kybra import (
    Async,
    Manual,
    StableBTreeMap,
    Vec,
    heartbeat,
    ic,
    init,
    inspect_message,
    post_upgrade,
    pre_upgrade,
    query,
    text,
    update,
    void,
)

wanted = StableBTreeMap[text, text](memory_id=0, max_key_size=100, max_value_size=100)


@init
def initialize(name: text) -> void:
    use(name)


@pre_upgrade
def before() -> void:
    use(wanted.get("name"))


@post_upgrade
def after(name: text) -> void:
    use(name)


@heartbeat
def beat() -> void:
    use(wanted.get("name"))


@inspect_message
def inspect() -> void:
    use(wanted.get("name"))


@update
def want(name: text) -> void:
    wanted.insert("name", name)


@update
def in_update(name: text) -> Manual[Vec[text]]:
    use(name)


@query
def in_query(name: text) -> Manual[Vec[text]]:
    use(name)


@query
def in_composite(name: text) -> Async[Manual[Vec[text]]]:
    use(name)
    yield ic.call_raw(PEER, "work", b"", 0)


@update
def after_await(name: text) -> Async[Manual[Vec[text]]]:
    yield ic.call_raw(PEER, "work", b"", 0)
    use(name)


@query
def after_composite_await(name: text) -> Async[Manual[Vec[text]]]:
    yield ic.call_raw(PEER, "work", b"", 0)
    use(name)


@update
def call_with_cycles() -> Async[void]:
    yield ic.call_raw(PEER, "work", b"", 1)


def in_timer() -> void:
    use(wanted.get("name"))


@update
def arm() -> void:
    ic.set_timer(0, in_timer)
