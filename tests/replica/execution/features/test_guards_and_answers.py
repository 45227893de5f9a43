"""What a message ends with: an error, a guard's refusal, or an answer that the method gives by itself."""

from __future__ import annotations

from typing import Any

import pytest

from replica.principal import ANONYMOUS
from replica.testing import Reject
from tests.replica.execution.features.conftest import Install

# -- Errors ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "values", "text"),
    [
        ("index", ([1],), "IndexError: list index out of range"),
        ("own", (), "OwnError: with a text"),
        ("without_text", (), "ValueError: "),
        ("division", (), "ZeroDivisionError: integer division or modulo by zero"),
        ("asserted", (), "AssertionError: that is not so"),
    ],
)
def test_what_nobody_catches_traps_with_its_name_and_text(
    install: Install, method: str, values: tuple[Any, ...], text: str
):
    with pytest.raises(Reject) as reject:
        install("run_time_errors").query(method, *values)

    assert reject.value.error_code == "IC0503"
    assert f"Canister called `ic0.trap` with message: '{text}'" in reject.value.message


def test_what_does_not_convert_for_the_platform_can_be_caught(install: Install):
    assert install("run_time_errors").query("caught") == [
        "TypeError: Expected type 'str' but 'int' found",
        "OverflowError: Python int too large to convert to Rust u8",
        "TypeError: Expected type 'int' but 'str' found",
        "AttributeError: 'str' object has no attribute 'to_str'",
        "TypeError: Expected type 'str' but 'int' found",
        "OverflowError: Python int too large to convert to Rust u32",
    ]


def test_a_trap_can_not_be_caught_and_leaves_nothing(install: Install):
    canister = install("run_time_errors")

    with pytest.raises(Reject, match=r"Canister called `ic0\.trap` with message: 'enough'"):
        canister.update("trap", "enough")

    assert canister.query("ages") == []


# -- Guards ------------------------------------------------------------------------------------------------------------


def test_a_guard_lets_in(install: Install):
    guarded = install("guard_functions")

    assert guarded.query("accessible") is True
    assert guarded.query("guarded_manual") is True
    assert guarded.query("unguarded") is True
    assert guarded.update("accessible_update") is True
    assert guarded.query("seen") == ["let_in 1", "method 1"]


@pytest.mark.parametrize("method", ["inaccessible", "inaccessible_update"])
def test_a_guard_keeps_out_with_its_own_words(install: Install, method: str):
    with pytest.raises(Reject) as reject:
        install("guard_functions").call(method, *([5] if method == "inaccessible_update" else []))

    assert (reject.value.code, reject.value.message) == (4, "You shall not pass!")


def test_a_guard_is_asked_before_the_arguments_are_looked_at(install: Install):
    guarded = install("guard_functions")

    with pytest.raises(Reject, match="You shall not pass!"):
        guarded.local.update(guarded.id, "inaccessible_update", b"no Candid", sender=guarded.sender)


@pytest.mark.parametrize(
    ("method", "text"),
    [
        ("broken", "RuntimeError: the guard broke down"),
        ("mumbled", "TypeError: Enum variant does not exist"),
        ("told_twice", "looked at first"),
    ],
)
def test_a_guard_that_does_not_work_keeps_out(install: Install, method: str, text: str):
    with pytest.raises(Reject) as reject:
        install("guard_functions").update(method)

    assert (reject.value.code, reject.value.message) == (4, text)


def test_what_a_guard_did_is_kept_if_it_refuses_and_undone_if_the_message_traps(install: Install):
    guarded = install("guard_functions")

    for method in ("broken", "accessible_and_trapping", "struck"):
        with pytest.raises(Reject):
            guarded.update(method)

    assert guarded.query("seen") == ["break_down 1"]


def test_a_guard_may_be_named_by_text(install: Install):
    guarded = install("guard_functions")

    assert guarded.as_("alice").update("named_by_text") is True
    with pytest.raises(Reject, match="say who you are"):
        guarded.as_(ANONYMOUS).update("named_by_text")


# -- Answers by hand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "values", "result"),
    [
        ("with_blob", (), b"Su"),
        ("with_float", (), 1.245),
        ("with_nat", (), 184467440737095),
        ("with_null", (), None),
        ("with_record", (), {"id": "b0283eb7", "orbitals": [2, 8], "state": {"Solid": {"element": "iron"}}}),
        ("with_option", ("a",), "a"),
        ("with_option", (None,), None),
        ("from_helper", ("a",), "a"),
        ("late", (), "late"),
        ("delegated", (), "from within"),
        ("wrong_value_caught", (), 5),
    ],
)
def test_a_method_answers_by_itself(install: Install, method: str, values: tuple[Any, ...], result: Any):
    assert install("manual_reply").call(method, *values) == result


def test_a_method_answers_with_bytes_that_nobody_checks(install: Install):
    canister = install("manual_reply")

    element = 'record { id = "a"; orbitals = vec { 1 : nat64 }; state = variant { Gas } }'
    assert canister.update("with_candid", f"({element})") == {"id": "a", "orbitals": [1], "state": {"Gas": None}}
    arg = canister.interface().encode_args("with_bytes", b"anything")
    assert canister.local.update(canister.id, "with_bytes", arg, sender=canister.sender) == b"anything"


def test_a_manual_void_method_answers_with_one_null(install: Install):
    canister = install("manual_reply")

    reply = canister.local.update(canister.id, "with_void", b"DIDL\x00\x00", sender=canister.sender)

    assert reply == b"DIDL\x00\x01\x7f"


@pytest.mark.parametrize("method", ["refused", "refused_query"])
def test_a_method_refuses_in_its_own_words(install: Install, method: str):
    with pytest.raises(Reject) as reject:
        install("manual_reply").call(method, "no reason")

    assert (reject.value.code, reject.value.message) == (4, "no reason")


def test_an_early_answer_arrives_before_the_work_is_done(install: Install):
    canister = install("manual_reply")

    assert canister.update("early", canister.id) == "early"


@pytest.mark.parametrize(
    ("method", "error_code", "text"),
    [
        ("wrong_value", "IC0503", "TypeError: Expected type 'int' but 'str' found"),
        ("twice", "IC0504", "answered before"),
        ("reply_then_reject", "IC0504", "answered before"),
        ("nothing_said", "IC0506", "Canister did not produce a response"),
        (
            "not_manual",
            "IC0503",
            'SystemError: attempted to reply from "not_manual", but it does not appear to be a canister method',
        ),
        (
            "yielded",
            "IC0503",
            'SystemError: attempted to reply from "reply_in_generator", but it does not appear to be a canister method',
        ),
    ],
)
def test_an_answer_that_cannot_be_given_ends_the_message(install: Install, method: str, error_code: str, text: str):
    with pytest.raises(Reject) as reject:
        install("manual_reply").update(method)

    assert reject.value.error_code == error_code
    assert text in reject.value.message
