"""Values as `ic.candid_decode` shows them: the text that Rust's printer gives, line breaks included."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given

from replica.candid import codec, text
from replica.candid.types import CandidError, Opt, Prim, Type, Vec
from replica.execution.candid_display import display
from tests.replica.candid.strategies import types_with_values

LONG = "a" * 40


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("()", "()"),
        ("(1234567 : nat, -1234 : int, 999 : nat16)", "(1_234_567 : nat, -1_234 : int, 999 : nat16)"),
        ("(true, null, opt null)", "(true, null : null, null)"),
        ("(opt (5 : int), opt opt (5 : int), opt true)", "(opt (5 : int), opt opt (5 : int), opt true)"),
        ("(record { 1 : nat8; \"b\" })", '(record { 1 : nat8; "b" })'),
        ("(record { name = \"a\"; 5 = 1 : nat8 })", '(record { 5 = 1 : nat8; 1_224_700_491 = "a" })'),
        ("(record {}, vec {})", "(record {}, vec {})"),
        ("(variant { Ok }, variant { Ok = 1 : nat8 })", "(variant { 17_724 }, variant { 17_724 = 1 : nat8 })"),
        ('(blob "ab\'\\22\\00", blob "ab\'\\22")', '(blob "\\61\\62\\27\\22\\00", blob "ab\\27\\22")'),
        ('("it\'s \\"\\n\\u{1}")', '("it\\\'s \\"\\n\\u{1}")'),
        ('(principal "aaaaa-aa", service "aaaaa-aa")', '(principal "aaaaa-aa", service "aaaaa-aa")'),
        ('(func "aaaaa-aa".go, func "aaaaa-aa"."my go")', '(func "aaaaa-aa".go, func "aaaaa-aa"."my go")'),
        ("(1.5, 2.0, 1e21, 1e-7)", "(\n  1.5 : float64,\n  2.0 : float64,\n  1000000000000000000000.0 : float64,\n"
         "  0.0000001 : float64,\n)"),
        ("(0.1 : float32)", "(0.1 : float32)"),
        (f'(vec {{ "{LONG}"; "{LONG}" }}, true)',
         f'(\n  vec {{\n    "{LONG}";\n    "{LONG}";\n  }},\n  true,\n)'),
        (f'(record {{ "{LONG}"; vec {{ true; true }} }})', f'(record {{ "{LONG}"; vec {{ true; true }} }})'),
        (f'(opt record {{ "{LONG}"; record {{ "{LONG}" }} }})',
         f'(\n  opt record {{\n    "{LONG}";\n    record {{ "{LONG}" }};\n  }},\n)'),
        (f"(vec {{ {'; '.join(['1 : nat8'] * 2)} }}, {'true, ' * 12}true)",
         '(\n  blob "\\01\\01",\n' + "  true,\n" * 13 + ")"),
    ],
)  # fmt: skip
def test_values_are_shown_as_in_rust(source: str, shown: str) -> None:
    assert display(text.encode(source)) == shown


def shown(candid_type: Type, value: Any) -> str:
    return display(codec.encode([candid_type], [value]))


def test_a_vector_of_more_than_ten_is_shown_on_one_line_however_long() -> None:
    assert shown(Vec(Prim("bool")), [True] * 11) == "(vec {" + " true;" * 11 + "})"
    assert shown(Vec(Prim("text")), ["it's"] * 11) == "(\n  vec {" + ' "it\'s";' * 11 + "},\n)"


@pytest.mark.parametrize(("levels", "innermost"), [(9, "vec { true }"), (10, "vec { true;}")])
def test_what_lies_deep_is_shown_plainly(levels: int, innermost: str) -> None:
    nested: Type = Vec(Prim("bool"))
    value: Any = [True]
    for _ in range(levels):
        nested, value = Vec(nested), [value]

    assert innermost in shown(nested, value)


def test_numbers_that_are_none_are_shown() -> None:
    assert shown(Prim("float64"), math.nan) == "(NaN : float64)"
    assert shown(Prim("float32"), -math.inf) == "(-inf : float32)"
    assert shown(Prim("reserved"), None) == "(null : reserved)"
    assert shown(Opt(Prim("float32")), 0.5) == "(opt (0.5 : float32))"


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(CandidError):
        display(b"nonsense")


@given(types_with_values())
def test_any_message_is_shown(typed: tuple[Type, Any]) -> None:
    candid_type, value = typed

    assert shown(candid_type, value).startswith("(")
