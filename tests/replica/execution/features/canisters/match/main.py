"""Kybra's own `match`, for variants and for the results of calls."""

from kybra import Async, Principal, Variant, ic, match, nat, null, query, text, update


class Answer(Variant, total=False):
    Yes: null
    No: null
    Maybe: nat


@query
def word(answer: Answer) -> text:
    return match(answer, {"Yes": lambda _: "yes", "No": lambda _: "no", "Maybe": lambda odds: f"{odds} %"})


@query
def default(answer: Answer) -> text:
    return match(answer, {"Maybe": lambda odds: f"{odds} %", "_": lambda nothing: str(nothing)})


@update
def of_a_call(peer: Principal) -> Async[text]:
    result = yield ic.call_raw(peer, "hello", b"DIDL\x00\x00", 0)
    return match(result, {"Ok": lambda ok: ic.candid_decode(ok), "Err": lambda err: err})
