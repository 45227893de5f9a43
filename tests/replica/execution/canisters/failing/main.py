"""What goes wrong in canister code, and what becomes of it."""

from canisters.failing.errors import Missing
from kybra import StableBTreeMap, blob, ic, nat64, query, text, update, void

words = StableBTreeMap[text, text](memory_id=0, max_key_size=100, max_value_size=100)


class Suppress:
    def __enter__(self) -> "Suppress":
        return self

    def __exit__(self, *details: object) -> bool:
        return True


def deep(number: int) -> int:
    return deep(number + 1)


@update
def key_error() -> void:
    words.insert("key_error", "undone")
    {}["x"]


@update
def own_error() -> void:
    raise Missing("the thing")


@update
def assertion() -> void:
    assert words.len() == 99, "no words"


@update
def recursion() -> void:
    deep(0)


@update
def trap_in_try() -> text:
    try:
        ic.trap("not to be caught")
    except Exception:
        return "caught"
    finally:
        words.insert("finally", "undone")


@update
def trap_suppressed() -> text:
    with Suppress():
        ic.trap("suppressed")
    return "went on"


@update
def bad_context_suppressed() -> text:
    with Suppress():
        ic.msg_cycles_refunded()
    return "went on"


@update
def leave() -> void:
    raise SystemExit(1)


@update
def missing_map() -> text:
    try:
        StableBTreeMap.get(Fake(), "x")
    except LookupError as error:
        return str(error)
    return ""


class Fake:
    memory_id = 99


@query
def word(name: text) -> text:
    return words.get(name) or ""


@query
def encode(source: text) -> blob:
    return ic.candid_encode(source)


@query
def decode(data: blob) -> text:
    return ic.candid_decode(data)


@query
def counters() -> nat64:
    return ic.performance_counter(0) + ic.performance_counter(1)


class Unusual(BaseException):
    """Beyond what handlers catch."""


class Speechless(Exception):
    """Has no text."""

    def __str__(self) -> str:
        raise ValueError("no words")


@update
def interrupt() -> void:
    raise KeyboardInterrupt


@update
def unusual() -> void:
    raise Unusual("of its own")


@update
def speechless() -> void:
    raise Speechless
