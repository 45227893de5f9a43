"""Methods that answer by themselves: with a value, with bytes, with a refusal, early, late or not at all."""

from kybra import (
    Async,
    Manual,
    Opt,
    Principal,
    Record,
    Variant,
    Vec,
    blob,
    float64,
    ic,
    nat,
    nat64,
    null,
    query,
    text,
    update,
    void,
)


class Element(Record):
    id: text
    orbitals: Vec[nat64]
    state: "State"


class State(Variant, total=False):
    Gas: null
    Solid: "Solid"


class Solid(Record):
    element: text


@update
def with_blob() -> Manual[blob]:
    ic.reply(bytes([83, 117]))


@update
def with_float() -> Manual[float64]:
    ic.reply(1.245)


@query
def with_nat() -> Manual[nat]:
    ic.reply(184467440737095)


@update
def with_null() -> Manual[null]:
    ic.reply(None)


@update
def with_void() -> Manual[void]:
    ic.reply(None)


@update
def with_record() -> Manual[Element]:
    ic.reply({"id": "b0283eb7", "orbitals": [2, 8], "state": {"Solid": {"element": "iron"}}})


@query
def with_option(value: Opt[text]) -> Manual[Opt[text]]:
    ic.reply(value)


@update
def with_candid(value: text) -> Manual[Element]:
    ic.reply_raw(ic.candid_encode(value))


@update
def with_bytes(value: blob) -> Manual[blob]:
    ic.reply_raw(value)


@update
def refused(reason: text) -> Manual[text]:
    ic.reject(reason)


@query
def refused_query(reason: text) -> Manual[text]:
    ic.reject(reason)


def answer(value: text) -> None:
    ic.reply(value)


@update
def from_helper(value: text) -> Manual[text]:
    answer(value)


@update
def wrong_value() -> Manual[nat64]:
    ic.reply("not a number")


@update
def wrong_value_caught() -> Manual[nat64]:
    try:
        ic.reply("not a number")
    except TypeError:
        ic.reply(5)


@update
def twice() -> Manual[text]:
    ic.reply("one")
    ic.reply("two")


@update
def reply_then_reject() -> Manual[text]:
    ic.reply("one")
    ic.reject("two")


@update
def nothing_said() -> Manual[text]:
    return "ignored"


@update
def not_manual() -> text:
    answer("too early")
    return "too late"


@update
def early(peer: Principal) -> Async[Manual[text]]:
    ic.reply("early")
    yield ic.call_raw(peer, "echo", b"", 0)


@update
def late() -> Async[Manual[text]]:
    yield ic.call_raw(Principal.from_str("aaaaa-aa"), "raw_rand", b"DIDL\x00\x00", 0)
    ic.reply("late")


def reply_in_generator() -> Async[void]:
    yield ic.call_raw(Principal.from_str("aaaaa-aa"), "raw_rand", b"DIDL\x00\x00", 0)
    ic.reply("from within")


@update
def delegated() -> Async[Manual[text]]:
    yield from reply_in_generator()


@update
def yielded() -> Async[Manual[text]]:
    yield reply_in_generator()
