"""Values as people write them."""

import pytest

from replica.candid import text
from replica.candid.codec import decode, encode
from replica.candid.did import parse_did
from replica.candid.types import BLOB, CandidError, Opt, Prim, Record, Variant, Vec, named_fields, tuple_of
from replica.principal import Principal


def types_of(source: str):
    return (
        parse_did(f"type List = opt record {{ head : int; tail : List }}; service : {{ m : {source} -> () }}")
        .method("m")
        .args
    )


def test_values_are_of_the_types_they_look_like():
    source = """
        (record { a = 1 : nat8; b = opt "x"; c = principal "aaaaa-aa"; d = blob "\\00\\ff"; e = variant { Ok };
                  f = vec { 1; 2 }; "a b" = null; 7 = true; -5 }, 1.5, func "aaaaa-aa".foo, service "aaaaa-aa",)
    """
    expected = Record(
        (
            *named_fields(
                [
                    *[("a", Prim("nat8")), ("b", Opt(Prim("text"))), ("c", Prim("principal")), ("d", BLOB)],
                    *[("e", Variant(named_fields([("Ok", Prim("null"))]))), ("f", Vec(Prim("int")))],
                    ("a b", Prim("null")),
                ]
            ),
            *types_of("(record { 7 : bool; int })")[0].fields,
        )
    )

    message = text.encode(source)

    value = {"a": 1, "b": "x", "c": Principal(b""), "d": b"\0\xff", "e": {"Ok": None}, "f": [1, 2], "a b": None}
    value |= {"_7_": True, "_8_": -5}
    others = types_of("(float64, func () -> (), service {})")
    assert decode([expected, *others], message) == (value, 1.5, (Principal(b""), "foo"), Principal(b""))


@pytest.mark.parametrize(
    ("source", "types", "values"),
    [
        ("()", "()", ()),
        ("(1)", "(nat)", (1,)),
        ("(1, 2, 3)", "(nat8, int64, int)", (1, 2, 3)),
        ("(1_000_000, 0xff, 0xDEAD_beef)", "(nat, nat, nat)", (1_000_000, 255, 0xDEADBEEF)),
        ("(-1, +1)", "(int, int)", (-1, 1)),
        ("(1, 1.5, 1e3, 0x1.8p1, 3., -0.5)", "(float64, float64, float64, float64, float32, float32)",
         (1.0, 1.5, 1000.0, 3.0, 3.0, -0.5)),
        ('("\\u{2603}\\n\\"\\\\\\e2\\98\\83\\\'")', "(text)", ("☃\n\"\\☃'",)),
        ("(true, false, null)", "(bool, bool, null)", (True, False, None)),
        ("(null, opt 1, 1)", "(opt nat, opt nat, opt nat)", (None, 1, 1)),
        ("(opt opt 1)", "(opt opt nat)", (1,)),
        ("(vec {}, vec { 1; 2 })", "(vec nat, vec nat)", ([], [1, 2])),
        ('(blob "ab", vec { 97; 98 })', "(blob, blob)", (b"ab", b"ab")),
        ("(record { 1; \"x\" })", "(record { nat; text })", ((1, "x"),)),
        ("(record { b = 1 })", "(record { a : opt nat; b : nat })", ({"a": None, "b": 1},)),
        ("(record { whatever = 0 })", "(record {})", ({},)),
        ("(record { 97 = 1 })", "(record { a : nat })", ({"a": 1},)),
        ("(variant { Ok = 1 })", "(variant { Ok : nat8 })", ({"Ok": 1},)),
        ("(variant { 1 })", "(variant { 0; 1 })", ({"_1_": None},)),
        ('(principal "aaaaa-aa", service "aaaaa-aa")', "(principal, principal)", (Principal(b""), Principal(b""))),
        ('(func "aaaaa-aa"."my method")', "(func () -> ())", ((Principal(b""), "my method"),)),
        ("(1 : nat, (2), (opt (3 : nat8)))", "(int, reserved, opt nat8)", (1, None, 3)),
        ("(opt record { head = 1; tail = opt record { head = 2; tail = null } })", "(List)",
         ({"head": 1, "tail": {"head": 2, "tail": None}},)),
        ("( // a comment\n 1 /* and /* another */ */ )", "(nat)", (1,)),
    ],
)  # fmt: skip
def test_values_are_read_at_the_types_that_are_expected(source, types, values):
    assert text.parse(types_of(types), source) == values
    encode(types_of(types), values)


@pytest.mark.parametrize(
    ("source", "types", "error"),
    [
        ("(1", "(nat)", "expected ',', found the end"),
        ("1", "(nat)", r"expected '\('"),
        ("(1) 2", "(nat)", "expected the end, found 2"),
        ("(1, 2)", "(nat)", "expected 1 values, not 2"),
        ("(256)", "(nat8)", "256 is out of the range of nat8"),
        ("(-129)", "(int8)", "-129 is out of the range of int8"),
        ("(-1)", "(nat)", "-1 is out of the range of nat"),
        ("(1.5)", "(nat)", "the value is not a nat"),
        ("(1)", "(text)", "the value is not a text"),
        ('("a")', "(bool)", "the value is not a bool"),
        ("(null)", "(text)", "the value is not a text"),
        ("(1)", "(empty)", "the value is not a empty"),
        ("(1 : nat8)", "(nat16)", "said to be nat8, expected nat16"),
        ("(1 : Missing)", "(nat)", "line 1: type Missing is not defined"),
        ("(vec { 1 })", "(record {})", "the value is not a record {}"),
        ("(record {})", "(record { a : nat })", "a record lacks a"),
        ("(record { 0 = 1; 0 = 2 })", "(record { nat })", "two fields with the same id"),
        ("(variant { B })", "(variant { A })", "B is no tag of variant"),
        ("(variant { A; B })", "(variant { A })", "a variant has one tag, not 2"),
        ("(variant {})", "(variant { A })", "a variant has one tag, not 0"),
        ('(principal "aaaaa")', "(principal)", "line 1: not a principal"),
        ('(principal "w7x7r-cok77-xb")', "(principal)", "principal"),
        ('("\\u{d800}")', "(text)", "no such character"),
        ('("\\u{110000}")', "(text)", "no such character"),
        ('("\\q")', "(text)", "unknown escape"),
        ('("\\ff")', "(text)", "not UTF-8"),
        ('("open)', "(text)", "unexpected character"),
        ("(nothing)", "(null)", "expected a value, found nothing"),
        ("(" + "opt " * 100 + "1)", "(nat)", "nested too deeply"),
    ],
)
def test_mistakes_are_explained(source, types, error):
    with pytest.raises(CandidError, match=error):
        text.parse(types_of(types), source)


@pytest.mark.parametrize(
    ("source", "types"),
    [
        ("(vec { opt 1; null })", "(vec opt int)"),
        ("(vec { vec {}; vec { 1 } })", "(vec vec int)"),
        ("(vec { record { a = null }; record { a = opt 1 } })", "(vec record { a : opt int })"),
        ("(vec { variant { A }; variant { B = 1 } })", "(vec variant { A; B : int })"),
        ("(vec { opt vec {}; opt vec { 1 } })", "(vec opt vec int)"),
        ("(vec {})", "(vec empty)"),
    ],
)
def test_the_elements_of_a_vector_have_one_type(source, types):
    assert text.encode(source) == encode(types_of(types), text.parse(types_of(types), source))


def test_elements_of_two_types_are_refused():
    with pytest.raises(CandidError, match="elements of two types: int and text"):
        text.encode('(vec { 1; "x" })')


@pytest.mark.parametrize(
    ("types", "values", "printed"),
    [
        ("(nat8, int, float64)", (1, -2, 0.5), "(1 : nat8, -2 : int, 0.5 : float64)"),
        ("(text)", ('a "quoted"\n\x7f☃',), '("a \\"quoted\\"\\n\\u{7f}☃")'),
        ("(opt nat, opt text, opt nat)", (1, "x", None), '(opt (1 : nat), opt "x", null)'),
        ("(blob, vec bool, vec null)", (b"\0a", [True], []), '(blob "\\00\\61", vec { true }, vec {})'),
        ("(record { a : text; b : null })", ({"a": "x", "b": None},), '(record { a = "x"; b = null })'),
        ("(record { text; bool })", (("x", True),), '(record { 0 = "x"; 1 = true })'),
        ("(variant { A; B : text })", ({"A": None},), "(variant { A })"),
        ("(variant { A; B : text })", ({"B": "x"},), '(variant { B = "x" })'),
        ("(principal, service {})", (Principal(b""), Principal(b"")), '(principal "aaaaa-aa", service "aaaaa-aa")'),
        ("(func () -> (), reserved)", ((Principal(b""), "a b"), None), '(func "aaaaa-aa"."a b", null : reserved)'),
    ],
)
def test_values_are_printed_so_that_they_can_be_read(types, values, printed):
    assert text.format_values(types_of(types), values) == printed
    assert text.parse(types_of(types), printed) == values


def test_messages_of_unknown_type_print_fields_by_number():
    message = encode(types_of("(record { id : nat; name : text })"), [{"id": 1, "name": "bob"}])

    assert text.decode(message) == '(record { 23515 = 1 : nat; 1224700491 = "bob" })'
    assert text.encode(text.decode(message)) == message


def test_numbers_of_any_length_are_printed_and_read():
    for number in (10**4000, 10**6000):
        message = encode([Prim("nat")], [number])
        assert text.encode(text.decode(message)) == message
    assert text.parse([Prim("int")], f"(-{10**4000})") == (-(10**4000),)
    with pytest.raises(CandidError, match="5000 digits; write it in hexadecimal"):
        text.encode("(" + "1" * 5000 + ")")


def test_a_tuple_is_a_record_numbered_from_zero():
    assert text.parse([tuple_of(Prim("nat"), Prim("nat"))], "(record { 1 = 5; 0 = 4 })") == ((4, 5),)


def test_a_message_that_nests_too_deeply_to_print_is_refused():
    message = b"DIDL" + bytes.fromhex("016d000100" + "01" * 180 + "00")

    try:
        assert text.decode(message).startswith("(vec { vec {")
    except CandidError as error:
        assert "nested too deeply" in str(error)  # noqa: PT017 - how deep printing reaches depends on the stack
