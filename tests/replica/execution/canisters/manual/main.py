"""Methods that answer by themselves."""

from kybra import Async, Manual, Principal, blob, ic, nat64, null, query, text, update, void


@update
def reply(value: nat64) -> Manual[nat64]:
    ic.reply(value)


@query
def reply_in_query(value: nat64) -> Manual[nat64]:
    ic.reply(value)


@update
def reply_nothing() -> Manual[void]:
    ic.reply(None)


def answer(value: nat64) -> void:
    ic.reply(value)


@update
def reply_from_helper(value: nat64) -> Manual[nat64]:
    answer(value)


@update
def reject(reason: text) -> Manual[text]:
    ic.reject(reason)


@update
def reply_raw(data: blob) -> Manual[null]:
    ic.reply_raw(data)


@update
def reply_early(peer: Principal) -> Async[Manual[text]]:
    ic.reply("early")
    yield ic.call_raw(peer, "work", b"", 0)


@update
def reply_late(peer: Principal) -> Async[Manual[text]]:
    yield ic.call_raw(peer, "work", b"", 0)
    ic.reply("late")


def reply_in_generator(peer: Principal) -> Async[void]:
    yield ic.call_raw(peer, "work", b"", 0)
    ic.reply("nested")


@update
def reply_yielded(peer: Principal) -> Async[Manual[text]]:
    yield reply_in_generator(peer)


@update
def reply_delegated(peer: Principal) -> Async[Manual[text]]:
    yield from reply_in_generator(peer)


@update
def reply_twice() -> Manual[text]:
    ic.reply("one")
    ic.reply("two")


@update
def reply_without_manual() -> text:
    answer(1)
    return ""


def logged(function: object) -> object:
    def wrapper(*args: object) -> object:
        return function(*args)

    return wrapper


@update
@logged
def reply_wrapped(value: nat64) -> Manual[nat64]:
    ic.reply(value)


@update
def silent() -> Manual[text]:
    pass
