"""Arguments in, results out, guards before, answers by hand: what one message does."""

from __future__ import annotations

from typing import Any

import pytest

from replica.candid.did import parse_did
from replica.candid.types import CandidError
from replica.execution.system_api import Call, Context
from replica.reject import Trap
from tests.replica.execution.fake_system import ALICE, PEER, CallContext, FakeApi, FakeCanister, Rejected, canister

NOBODY = {"name": "", "age": 0, "email": None, "friends": [], "from": ""}

ECHOES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("person", (NOBODY | {"name": "carol", "friends": [NOBODY], "from": "here"},), None),
    ("person", (NOBODY | {"email": "carol@example.org"},), None),
    ("shape", ({"Circle": 1.5},), None),
    ("shape", ({"Nothing": None},), None),
    ("shape", ({"Square": {"side": 3}},), None),
    ("numbers", (-(10**30), 10**30, -128, 0.25), (-(10**30), 10**30, -128, 0.25)),
    ("bytes_and_lists", (b"\x00\xff", ["a", "b"], None), (b"\x00\xff", ["a", "b"], None)),
    ("pair", ((7, "seven"),), None),
    ("callback", ((PEER, "tell"),), None),
    ("minutes", (90,), None),
]


@pytest.mark.parametrize(("method", "values", "result"), ECHOES)
def test_values_come_back_as_they_were_sent(method: str, values: tuple[Any, ...], result: Any) -> None:
    assert canister("values").query(method, *values) == (values[0] if result is None else result)


def test_canister_code_sees_kybras_types() -> None:
    result = canister("values").query("python_types", NOBODY, ALICE, (1, "a"), b"x")

    assert result == "dict Principal tuple bytes list"


def test_void_answers_with_no_value_and_null_with_one() -> None:
    values = canister("values")

    assert values.update("nothing") is None
    assert values.query("anything", None) is None


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("int_for_float", "TypeError: Expected type 'float' but 'int' found"),
        ("missing_key", "KeyError: 'side'"),
        ("tuple_for_list", "TypeError: Expected type 'list' but 'tuple' found"),
        ("never", "converted to Empty"),
        ("too_big", "OverflowError: Python int too large to convert to Rust u8"),
    ],
)
def test_a_result_of_another_type_traps_with_kybras_words(method: str, text: str) -> None:
    with pytest.raises(Trap) as trap:
        canister("values").query(method)
    assert text in trap.value.message


def test_a_void_method_that_returns_something_traps() -> None:
    with pytest.raises(Trap, match="expected NoneType but received int"):
        canister("values").update("not_nothing")


def test_an_argument_that_does_not_decode_traps() -> None:
    values = canister("values")
    api = FakeApi(values, Context.QUERY, CallContext(ALICE))

    with pytest.raises(Trap, match="failed to decode call arguments"):
        values.module.run(Call("minutes", b"DIDL\x00\x00"), api)


def test_an_unknown_method_traps_with_its_error_code() -> None:
    values = canister("values")
    api = FakeApi(values, Context.UPDATE, CallContext(ALICE))

    with pytest.raises(Trap, match="Canister has no update method 'absent'") as trap:
        values.module.run(Call("absent", b""), api)
    assert trap.value.error_code == "IC0536"


def test_the_derived_interface_names_methods_types_and_keyword_fields() -> None:
    values = canister("values")

    assert "Person" in values.interface.definitions
    assert "from : text" in values.module.candid
    assert values.module.methods["person"].kind == "query"
    with pytest.raises(CandidError):
        values.interface.method("absent")


def test_tools_can_ask_a_canister_for_its_interface() -> None:
    values = canister("values")
    context = CallContext(ALICE)
    api = FakeApi(values, Context.QUERY, context)

    values.module.run(Call("__get_candid_interface_tmp_hack", b"DIDL\x00\x00"), api)

    asking = parse_did("service : { ask : () -> (text) query; };")
    assert api.answer is not None
    assert asking.decode_results("ask", api.answer.arg) == (values.module.candid,)  # type: ignore[union-attr]


# -- guards ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded() -> FakeCanister:
    return canister("guarded")


def test_a_guard_that_agrees_lets_the_message_through(guarded: FakeCanister) -> None:
    assert guarded.update("allowed", 5) == 5
    assert guarded.query("counted", "guard") == 1


def test_a_guard_that_refuses_rejects_and_keeps_what_it_did(guarded: FakeCanister) -> None:
    with pytest.raises(Rejected, match="not today"):
        guarded.update("refused", 5)

    assert guarded.query("counted", "guard") == 1
    assert guarded.query("counted", "method") == 0


def test_a_guard_runs_before_the_arguments_are_decoded(guarded: FakeCanister) -> None:
    context = CallContext(ALICE)
    api = FakeApi(guarded, Context.UPDATE, context)

    guarded.module.run(Call("refused", b"not Candid"), api)

    assert api.answer is not None


def test_a_guard_that_raises_rejects_with_its_error_and_keeps_what_it_did(guarded: FakeCanister) -> None:
    with pytest.raises(Rejected, match="ValueError: the guard is broken"):
        guarded.update("failed")

    assert guarded.query("counted", "guard") == 1


def test_a_guard_that_returns_nonsense_rejects(guarded: FakeCanister) -> None:
    with pytest.raises(Rejected, match="TypeError"):
        guarded.update("mumbled")


def test_a_guard_that_traps_traps_the_message(guarded: FakeCanister) -> None:
    with pytest.raises(Trap, match="the guard traps"):
        guarded.update("trapped")

    assert guarded.query("counted", "guard") == 0


def test_what_a_guard_did_is_undone_when_the_method_traps(guarded: FakeCanister) -> None:
    with pytest.raises(Trap, match="ValueError: the method is broken"):
        guarded.update("allowed_and_broken")

    assert guarded.query("counted", "guard") == 0


# -- answers by hand ---------------------------------------------------------------------------------------------------


@pytest.fixture
def manual() -> FakeCanister:
    return canister("manual")


@pytest.mark.parametrize("method", ["reply", "reply_from_helper"])
def test_a_manual_method_replies_with_one_value(manual: FakeCanister, method: str) -> None:
    assert manual.update(method, 8) == 8


def test_a_manual_query_replies_too(manual: FakeCanister) -> None:
    assert manual.query("reply_in_query", 8) == 8


def test_a_manual_void_method_replies_with_one_null(manual: FakeCanister) -> None:
    answer = manual.send("reply_nothing").answer

    assert answer is not None
    assert answer.arg == b"DIDL\x00\x01\x7f"  # type: ignore[union-attr]


def test_a_manual_method_may_reject(manual: FakeCanister) -> None:
    with pytest.raises(Rejected, match="no reason"):
        manual.update("reject", "no reason")


def test_a_raw_reply_is_sent_as_it_is(manual: FakeCanister) -> None:
    answer = manual.send("reply_raw", b"whatever").answer

    assert answer is not None
    assert answer.arg == b"whatever"  # type: ignore[union-attr]


def test_an_early_reply_counts_before_the_work_is_done(manual: FakeCanister) -> None:
    context = manual.send("reply_early", PEER)
    assert manual.result("reply_early", context) == "early"

    manual.answer(b"")
    assert manual.result("reply_early", context) == "early"


@pytest.mark.parametrize(("method", "text"), [("reply_late", "late"), ("reply_delegated", "nested")])
def test_a_reply_after_an_await_counts(manual: FakeCanister, method: str, text: str) -> None:
    manual.send(method, PEER)

    assert manual.result(method, manual.answer(b"")) == text


def test_a_reply_in_a_yielded_generator_does_not_find_its_method(manual: FakeCanister) -> None:
    manual.send("reply_yielded", PEER)

    with pytest.raises(Trap, match="SystemError: attempted to reply"):
        manual.answer(b"")


def test_a_reply_behind_a_wrapping_decorator_does_not_find_its_method(manual: FakeCanister) -> None:
    with pytest.raises(Trap, match="SystemError: attempted to reply"):
        manual.update("reply_wrapped", 1)


def test_a_second_reply_traps(manual: FakeCanister) -> None:
    with pytest.raises(Trap, match="answered before"):
        manual.update("reply_twice")


def test_replying_from_a_method_that_is_not_manual_fails(manual: FakeCanister) -> None:
    with pytest.raises(Trap, match="SystemError: attempted to reply"):
        manual.update("reply_without_manual")


def test_a_manual_method_that_says_nothing_leaves_the_call_open(manual: FakeCanister) -> None:
    assert manual.send("silent").answer is None
