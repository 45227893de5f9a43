"""Which types may stand in for which, decided on types alone, as references to functions are."""

import pytest
from hypothesis import given

from replica.candid.codec import decode, encode
from replica.candid.did import parse_did
from replica.candid.subtyping import is_same_type, is_subtype
from replica.candid.types import CandidError, Func, Named, Opt, Prim, Record, Vec, named_fields
from replica.principal import Principal
from tests.replica.candid.strategies import types

DEFINITIONS = """
type Vectors = vec Vectors;
type Itself = record { Itself };
type Maybe = record { opt Maybe };
type Choice = variant { 0 : Choice };
type List = opt record { head : nat; tail : List };
type IntList = opt record { head : int; tail : IntList };
type UnfoldedList = opt record { head : nat; tail : opt record { head : nat; tail : UnfoldedList } };
"""

SUBTYPES = [
    ("nat", "nat"),
    ("nat", "int"),
    ("nat", "reserved"),
    ("empty", "text"),
    ("empty", "Itself"),
    ("nat", "opt bool"),
    ("null", "opt nat"),
    ("reserved", "opt nat"),
    ("opt bool", "opt nat"),
    ("vec nat", "vec int"),
    ("Vectors", "vec Vectors"),
    ("vec Vectors", "Vectors"),
    ("record {}", "record { a : opt empty }"),
    ("record {}", "record { a : reserved }"),
    ("record { a : nat; b : text }", "record { a : int }"),
    ("Itself", "record { Itself }"),
    ("Itself", "Maybe"),
    ("Choice", "variant { 0 : Choice; 1 }"),
    ("variant {}", "variant { 0 : nat }"),
    ("variant { 0 : nat }", "variant { 0 : int; 1 }"),
    ("List", "IntList"),
    ("List", "UnfoldedList"),
    ("UnfoldedList", "List"),
    ("service { f : () -> () }", "principal"),
    ("service { f : () -> (); g : () -> () }", "service { f : () -> () }"),
    ("func () -> ()", "func () -> (opt nat)"),
    ("func (opt nat) -> ()", "func () -> ()"),
    ("func (int) -> (nat)", "func (nat) -> (int)"),
    ("func (text) -> (nat)", "func (text, opt text) -> ()"),
]

NOT_SUBTYPES = [
    ("int", "nat"),
    ("nat", "nat8"),
    ("nat8", "nat"),
    ("reserved", "nat"),
    ("opt nat", "nat"),
    ("text", "empty"),
    ("Itself", "empty"),
    ("vec int", "vec nat"),
    ("record {}", "record { a : nat }"),
    ("record {}", "record { a : empty }"),
    ("record { a : int }", "record { a : nat }"),
    ("variant { 0 }", "variant { 1 }"),
    ("variant { 0 : bool }", "variant { 0 : nat }"),
    ("record { nat }", "vec nat"),
    ("principal", "service {}"),
    ("service {}", "service { f : () -> () }"),
    ("service { f : () -> () query }", "service { f : () -> () }"),
    ("func () -> ()", "func () -> (nat)"),
    ("func (nat) -> ()", "func () -> ()"),
    ("func () -> () query", "func () -> ()"),
    ("func (nat) -> ()", "func (int) -> ()"),
]


def two_types(one: str, other: str):
    return parse_did(f"{DEFINITIONS} service : {{ m : ({one}, {other}) -> (); }}").method("m").args


@pytest.mark.parametrize(("given_type", "expected"), SUBTYPES)
def test_a_subtype_fits(given_type, expected):
    assert is_subtype(*two_types(given_type, expected))


@pytest.mark.parametrize(("given_type", "expected"), NOT_SUBTYPES)
def test_what_is_no_subtype_does_not_fit(given_type, expected):
    assert not is_subtype(*two_types(given_type, expected))


@pytest.mark.parametrize(("given_type", "expected"), [*SUBTYPES, *NOT_SUBTYPES])
def test_a_reference_is_read_where_its_type_fits_and_is_null_under_opt_where_not(given_type, expected):
    sent, wanted = two_types(given_type, expected)
    reference = (Principal(b"\x01"), "m")

    message = encode([Func((), (sent,))], [reference])

    fits = is_subtype(sent, wanted)
    assert decode([Opt(Func((), (wanted,)))], message) == (reference if fits else None,)


@given(types)
def test_every_type_is_a_subtype_of_itself_and_of_reserved(candid_type):
    assert is_subtype(candid_type, candid_type)
    assert is_subtype(candid_type, Prim("reserved"))
    assert is_subtype(Prim("empty"), candid_type)


@given(types, types)
def test_two_types_that_are_the_same_are_subtypes_of_each_other(one, other):
    if is_same_type(one, other):
        assert is_subtype(one, other)
        assert is_subtype(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("record { a : nat; b : text }", "record { b : text; a : nat }"),
        ("record { a : nat }", "record { 97 : nat }"),
        ("blob", "vec nat8"),
        ("List", "UnfoldedList"),
        ("variant { A; B : nat }", "variant { B : nat; A : null }"),
        ("service { f : () -> (); g : () -> () }", "service { g : () -> (); f : () -> () }"),
        ("func (a : nat) -> (b : text) query", "func (nat) -> (text) query"),
    ],
)
def test_types_are_the_same_however_they_are_written(one, other):
    assert is_same_type(*two_types(one, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("record { a : nat }", "record { b : nat }"),
        ("record { a : nat }", "record { a : nat; b : opt nat }"),
        ("record { a : null }", "variant { a }"),
        ("List", "IntList"),
        ("opt nat", "vec nat"),
        ("func () -> () query", "func () -> ()"),
        ("func (nat) -> ()", "func (nat, opt nat) -> ()"),
        ("service { f : () -> () }", "service {}"),
        ("nat", "int"),
    ],
)
def test_types_that_differ_are_not_the_same(one, other):
    assert not is_same_type(*two_types(one, other))


def test_types_nested_without_end_in_sight_are_not_compared():
    deep = Prim("nat")
    for _ in range(60):
        deep = Vec(deep)

    with pytest.raises(CandidError, match="nested too deeply"):
        is_subtype(deep, Vec(deep))


def test_a_name_that_stands_only_for_itself_is_refused():
    definitions = {}
    definitions["A"] = Named("B", definitions)
    definitions["B"] = Named("A", definitions)

    with pytest.raises(CandidError, match="only by itself"):
        is_subtype(Named("A", definitions), Prim("nat"))


def test_a_name_that_is_not_defined_is_refused():
    with pytest.raises(CandidError, match="Missing is not defined"):
        is_subtype(Named("Missing", {}), Prim("nat"))


def test_two_fields_with_one_id_are_refused():
    with pytest.raises(CandidError, match="same id"):
        Record(named_fields([("a", Prim("nat")), ("a", Prim("text"))]))
