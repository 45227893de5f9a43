"""Interfaces: reading every kind of declaration, printing them so that all parsers agree, coding by method name."""

from pathlib import Path

import pytest
from hypothesis import given
from ic.candid import decode as decode_with_ic_py
from ic.canister import Canister
from icp_candid.did_loader import DIDLoader

from replica.candid.did import Interface, parse_did, print_did
from replica.candid.subtyping import is_same_type
from replica.candid.type_printer import print_type
from replica.candid.types import (
    BLOB,
    CandidError,
    Field,
    Func,
    Method,
    Named,
    Opt,
    Prim,
    Record,
    Service,
    Variant,
    Vec,
    named_fields,
    tuple_of,
)
from replica.principal import Principal
from tests.replica.candid.strategies import types

ROOT = Path(__file__).parents[3]
INTERFACES = sorted(ROOT.glob("canisters/*/*.did")) + sorted(ROOT.glob("replica/*/*.did"))

EVERYTHING = """
// A comment to the end of the line.
type Everything = record {
  plain : nat; "quoted name" : text; 7 : blob; /* nested /* comments */ end */ "☃" : opt vec nat8;
};
type Tuple = record { nat; text };
type Mixed = record { a : nat; text };
type Result = variant { Ok : Everything; Err : text; Nothing; 5; "or else" };
type List = opt record { head : int; tail : List };
type Callback = func (List, name : text) -> (opt Result) query;
type Child = service { ping : () -> () oneway; call : Callback; };
type Numbers = record { nat8; nat16; nat32; nat64; int8; int16; int32; int64; float32; float64; nat; int };
type Others = variant { a : null; b : bool; c : reserved; d : empty; e : principal; f : Child };
service counter : (owner : principal, opt List) -> {
  update : (Everything, Numbers) -> (Result);
  "a query" : () -> (Tuple, second : Mixed) query;
  composite : (Others) -> () composite_query;
  callback : Callback;
}
"""


@pytest.fixture
def everything() -> Interface:
    return parse_did(EVERYTHING)


def test_every_kind_of_type_is_read(everything):
    definitions = everything.definitions
    assert definitions["Everything"] == Record(
        (
            *named_fields([("plain", Prim("nat")), ("quoted name", Prim("text"))]),
            Field(7, None, BLOB),
            *named_fields([("☃", Opt(BLOB))]),
        )
    )
    assert definitions["Tuple"] == tuple_of(Prim("nat"), Prim("text"))
    assert [(item.id, item.name) for item in definitions["Mixed"].fields] == [(97, "a"), (98, None)]
    tags = [(item.name, item.id) for item in definitions["Result"].fields]
    assert tags == [("Ok", 17724), ("Err", 3456837), ("Nothing", 481346541), (None, 5), ("or else", 1281692886)]
    assert definitions["Callback"].modes == ("query",)
    assert definitions["List"].inner.fields[1].type == Named("List", {})


def test_every_kind_of_method_is_read(everything):
    assert [method.name for method in everything.service.methods] == ["update", "a query", "composite", "callback"]
    assert everything.method("a query").modes == ("query",)
    assert everything.method("composite").modes == ("composite_query",)
    assert everything.method("callback") is everything.definitions["Callback"]
    assert everything.init_args == (Prim("principal"), Opt(Named("List", {})))


def test_a_service_may_be_named_or_be_a_named_type():
    expected = Service((Method("ping", Func((), ())),))

    for source in (
        "service : { ping : () -> () }",
        "service : { ping : () -> (); };",
        "service ping_service : { ping : () -> () }",
        "type S = service { ping : () -> () }; service : S",
        "type S = service { ping : () -> () }; service : () -> S;",
        "type P = func () -> (); service : { ping : P }",
    ):
        interface = parse_did(source)
        assert is_same_type(interface.service, expected), source
        assert interface.method("ping") == Func((), ())


def test_an_interface_may_have_only_types():
    assert parse_did("type A = nat;").service == Service(())
    assert parse_did("").definitions == {}


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ('import "other.did"; service : {}', "line 1: an interface cannot import another file"),
        ('import service "other.did";', "cannot import"),
        ("type A = B;", "line 1: type B is not defined"),
        ("type A = B; type B = A;", "defined only by itself"),
        ("type A = nat; type A = text;", "type A is defined already"),
        ("type nat = text;", "type nat is defined already"),
        ("type A = nat\ntype B = nat;", "line 2: expected ';', found type"),
        ("type A = record { a : nat; a : text };", "line 1: fields a and a have the same id"),
        ("type A = record { 1 : nat; 1 : text };", "same id 1"),
        ("type A = record { 4294967296 : nat };", "4294967296 is not the id of a field"),
        ("type A = record { -1 : nat };", "-1 is not the id of a field"),
        ("type A = record { 1e5 : nat };", "1e5 is not the id of a field"),
        ("type A = variant { A : };", "expected name"),
        ("service : { a : () -> (); a : () -> () }", "two methods of a service have one name"),
        ("service : { a : () -> (nat) oneway }", "a oneway function has no results"),
        ("service : { a : () -> () query oneway }", "a function cannot be query and oneway"),
        ("service : { a : nat }", "type nat is not defined"),
        ("type T = nat; service : { a : T }", "the type of the method a is not a function"),
        ("type T = nat; service : T", "the type of the service is not a service"),
        ("service : { a : (nat }", "expected ','"),
        ("service : {} service : {}", "expected the end, found service"),
        ("service : opt nat", "expected the methods"),
        ("/* never ends", "line 1: a comment does not end"),
        ("type A = $;", "unexpected character"),
        ('type A = record { "\\ud800" : nat };', "unknown escape|no such character|not UTF-8"),
        ('type A = record { "\\ff" : nat };', "a text is not UTF-8"),
        ("type A = " + "opt " * 100 + "nat;", "nested too deeply"),
    ],
)
def test_mistakes_are_named_with_their_line(source, error):
    with pytest.raises(CandidError, match=error):
        parse_did(source)


def test_what_is_printed_reads_as_the_same_interface(everything):
    printed = print_did(everything)

    assert parse_did(printed) == everything
    assert print_did(parse_did(printed)) == printed


@pytest.mark.parametrize("path", INTERFACES, ids=lambda path: path.stem)
def test_interfaces_of_this_repository_survive_printing(path):
    interface = parse_did(path.read_text())

    assert interface.service.methods
    assert parse_did(print_did(interface)) == interface


@given(types)
def test_every_type_survives_printing(candid_type):
    interface = Interface(Service((Method("m", Func((candid_type,), ())),)), (candid_type,), {"T": candid_type})

    assert parse_did(print_did(interface)) == interface


@pytest.mark.parametrize("path", INTERFACES, ids=lambda path: path.stem)
def test_every_method_and_every_type_ends_with_a_semicolon(path):
    printed = print_did(parse_did(path.read_text()))

    assert printed.endswith("};\n")
    for line in printed.splitlines():
        assert line.endswith((";", "{", ",", "("))


@pytest.mark.parametrize("path", INTERFACES, ids=lambda path: path.stem)
def test_client_libraries_read_what_is_printed(path, capsys):
    interface = parse_did(path.read_text())
    names = {method.name for method in interface.service.methods}

    with_ic_py = Canister(agent=None, canister_id="aaaaa-aa", candid=print_did(interface))
    with_icp_core = DIDLoader().load_did_source(print_did(interface))

    assert set(with_ic_py.actor["methods"]) == names
    assert set(with_icp_core["methods"]) == names
    assert capsys.readouterr() == ("", "")  # ic-py says what it did not understand and goes on


def test_long_types_are_broken_into_lines():
    wide = Variant(named_fields([(f"a_rather_long_tag_{number}", Vec(Prim("nat"))) for number in range(5)]))

    assert print_type(wide).splitlines()[:2] == ["variant {", "  a_rather_long_tag_0 : vec nat;"]


def test_keywords_and_odd_names_are_quoted():
    fields = named_fields([("type", Prim("nat")), ("principal", Prim("nat")), ("a b", Prim("nat")), ('"', Prim("nat"))])

    assert print_type(Record(fields)) == 'record { "type" : nat; "principal" : nat; "a b" : nat; "\\"" : nat; }'


@pytest.fixture
def chat() -> Interface:
    return parse_did((ROOT / "canisters/user/user.did").read_text())


MESSAGE = {
    "recipient": Principal.from_counter(7),
    "message_id": 2**64 - 1,
    "sender_name": "alice",
    "content": {"Text": {"text": "hello"}},
    "replies_to": {"event_index": 4, "chat_id_if_other": None},
    "forwarding": False,
    "correlation_id": 0,
}


def test_methods_are_coded_by_name(chat):
    result = {"Success": {"chat_id": Principal.from_counter(7), "event_index": 1, "message_index": 0, "timestamp": 5}}

    assert chat.decode_args("send_message", chat.encode_args("send_message", MESSAGE)) == (MESSAGE,)
    assert chat.decode_results("send_message", chat.encode_results("send_message", result)) == (result,)


def test_a_client_library_reads_what_is_encoded(chat):
    (decoded,) = decode_with_ic_py(chat.encode_args("send_message", MESSAGE))

    assert len(decoded["value"]) == len(MESSAGE)


def test_installation_arguments_are_coded(everything):
    values = (Principal(b"\x04"), {"head": 1, "tail": None})

    assert everything.decode_init(everything.encode_init(*values)) == values


def test_a_method_that_is_not_there_is_refused(chat):
    with pytest.raises(CandidError, match="no method launch"):
        chat.encode_args("launch")
