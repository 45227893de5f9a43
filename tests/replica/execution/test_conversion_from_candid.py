"""What canister code gets out of messages, and how it is told of messages that do not fit."""

import kybra
import pytest
from hypothesis import given

from replica.candid import codec
from replica.candid.did import parse_did
from replica.candid.types import Named, Opt, Prim, Service
from replica.execution.conversion import (
    compile_from_candid,
    compile_value_from_candid,
    compile_value_to_candid,
    python_name,
    wire_name,
)
from replica.principal import Principal
from replica.reject import Trap
from tests.replica.candid.strategies import types_with_values

DEFINITIONS = """
type Person = record { name : text; nickname : opt text; from : nat8 };
type Status = variant { Active; Name : text };
type Peer = service { ping : () -> () };
"""

ALICE = Principal.from_counter(7)


class Peer:
    def __init__(self, canister_id) -> None:
        self.canister_id = canister_id


def make_service(name, principal):
    return {"Peer": Peer}[name](principal)


def type_of(source: str):
    return parse_did(f"{DEFINITIONS} service : {{ m : ({source}) -> () }}").method("m").args[0]


def received(source: str, value: object) -> object:
    """What canister code gets when a client sends the value."""
    candid_type = type_of(source)
    message = codec.encode([candid_type], [value])
    return compile_value_from_candid(candid_type, make_service)(message)


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("nat", 10**30, 10**30),
        ("float32", 0.1, 0.10000000149011612),
        ("text", "☃", "☃"),
        ("null", None, None),
        ("reserved", 5, None),
        ("blob", b"ab", b"ab"),
        ("vec nat16", [1, 2], [1, 2]),
        ("opt nat", None, None),
        ("opt opt nat", 5, 5),
        ("record { nat; text }", (1, "x"), (1, "x")),
        ("Status", {"Active": None}, {"Active": None}),
        ("vec Status", [{"Name": "x"}], [{"Name": "x"}]),
        ("Person", {"name": "bob", "nickname": None, "from": 1}, {"name": "bob", "nickname": None, "from_": 1}),
    ],
)
def test_values_become_what_kybra_makes_of_them(source, value, expected):
    found = received(source, value)

    assert found == expected
    assert type(found) is type(expected)


def test_records_have_their_fields_as_declared():
    found = received("Person", {"from": 1, "nickname": None, "name": "bob"})

    assert list(found) == ["name", "nickname", "from_"]


def test_principals_are_kybras():
    found = received("principal", ALICE)

    assert type(found) is kybra.Principal
    assert found.to_str() == ALICE.text
    assert vars(found) == vars(kybra.Principal.from_str(ALICE.text))


def test_every_conversion_makes_a_new_principal():
    decode = compile_value_from_candid(Prim("principal"))
    message = codec.encode([Prim("principal")], [ALICE])

    assert decode(message) is not decode(message)


def test_functions_are_pairs():
    principal, method = received("func () -> ()", (ALICE, "ping"))

    assert (type(principal), principal.bytes, method) == (kybra.Principal, ALICE, "ping")


def test_services_are_instances_of_the_class_of_their_name():
    peers = received("vec Peer", [ALICE])

    assert type(peers[0]) is Peer
    assert type(peers[0].canister_id) is kybra.Principal
    assert peers[0].canister_id.bytes == ALICE


def test_a_service_whose_class_is_not_in_scope_is_a_trap():
    def not_in_scope(name, principal) -> object:
        raise NameError(f"name {name!r} is not defined")

    other = Named("Other", {"Other": Service(())})
    message = codec.encode([other], [ALICE])

    with pytest.raises(Trap) as caught:
        compile_from_candid([other], not_in_scope)(message)
    assert caught.value.message == "NameError: name 'Other' is not defined"
    with pytest.raises(Trap) as caught:
        compile_from_candid([other])(message)
    assert caught.value.message == "SystemError: missing python scope"


def test_newer_and_older_senders_are_understood():
    expected = type_of("record { name : text; motto : opt text }")
    older, newer = type_of("record { name : text }"), type_of("record { name : text; motto : opt text; age : nat8 }")
    decode = compile_from_candid([expected, Opt(Prim("text"))])

    from_older = decode(codec.encode([older], [{"name": "bob"}]))
    from_newer = decode(
        codec.encode([newer, Prim("nat"), Prim("nat")], [{"name": "bob", "motto": "x", "age": 5}, 1, 2])
    )

    assert from_older == [{"name": "bob", "motto": None}, None]
    assert from_newer == [{"name": "bob", "motto": "x"}, None]


@pytest.mark.parametrize("data", [b"", b"DIDL", b"DIDL\x00\x00", b"DIDL\x00\x01\x71\x01", b"DIDL\x00\x01\x7d\x05"])
def test_messages_that_do_not_fit_are_traps(data):
    with pytest.raises(Trap) as caught:
        compile_from_candid([Prim("text")])(data)
    assert caught.value.message.startswith("failed to decode call arguments: ")

    with pytest.raises(Trap) as caught:
        compile_value_from_candid(Prim("text"))(data)
    assert caught.value.message.startswith("CandidError: ")


def test_the_caller_says_what_could_not_be_decoded():
    with pytest.raises(Trap) as caught:
        compile_from_candid([Prim("text")], failure="failed to decode canister response")(b"")
    assert caught.value.message.startswith("failed to decode canister response: ")


@given(types_with_values())
def test_what_was_received_can_be_sent_on_unchanged(typed):
    candid_type, value = typed
    message = codec.encode([candid_type], [value])
    decode = compile_value_from_candid(candid_type, lambda _name, principal: kybra.Service(principal))

    assert compile_value_to_candid(candid_type)(decode(message)) == message


@pytest.mark.parametrize(
    ("python", "wire"),
    [
        ("from_", "from"),
        ("from__", "from_"),
        ("True_", "True"),
        ("name_", "name_"),
        ("match", "match"),
        ("type", "type"),
    ],
)
def test_an_underscore_keeps_names_from_being_keywords(python, wire):
    assert wire_name(python) == wire
    assert python_name(wire) == python
