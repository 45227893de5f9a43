"""The order of keys in stable maps: that of Rust."""

import math
from itertools import pairwise

import kybra
import pytest
from hypothesis import given

from replica.candid import codec
from replica.candid.did import parse_did
from replica.execution.conversion import compile_value_from_candid, ord_key
from tests.replica.candid.strategies import types_with_values

DEFINITIONS = """
type Status = variant { Young : nat; Idle; Active : text };
type Name = record { last : text; first : text };
type List = opt record { head : nat; tail : List };
"""


def type_of(source: str):
    return parse_did(f"{DEFINITIONS} service : {{ m : ({source}) -> () }}").method("m").args[0]


def principal(*raw: int) -> kybra.Principal:
    return kybra.Principal(bytes(raw))


@pytest.mark.parametrize(
    ("source", "ascending"),
    [
        ("int", [-(10**30), -1, 0, 1, 10**30]),
        ("nat8", [0, 9, 10, 200]),
        ("bool", [False, True]),
        ("text", ["", "B", "a", "aa", "b", "é", "☃", "🐂"]),
        ("blob", [b"", b"\0", b"\0\1", b"a", b"\xff"]),
        (
            "principal",
            [principal(), principal(9), principal(255), principal(0, 0), principal(0, 1)],
        ),
        ("opt nat", [None, 0, 1]),
        ("vec nat", [[], [0, 5], [1], [1, 0], [2]]),
        ("record { nat; text }", [(0, "z"), (1, "a"), (1, "b")]),
        ("Name", [{"last": "a", "first": "z"}, {"last": "b", "first": "a"}, {"last": "b", "first": "b"}]),
        ("Status", [{"Young": 1}, {"Young": 2}, {"Idle": None}, {"Active": "a"}, {"Active": "b"}]),
        ("List", [None, {"head": 1, "tail": None}, {"head": 1, "tail": {"head": 0, "tail": None}}]),
        ("float64", [math.nan, -math.inf, -1.5, 0.0, 2.5, math.inf]),
        ("vec opt principal", [[None], [principal(1)], [principal(1), None]]),
    ],
)
def test_keys_ascend_as_in_rust(source, ascending):
    keys = [ord_key(type_of(source))(value) for value in ascending]

    assert sorted(keys) == keys
    assert all(earlier < later for earlier, later in pairwise(keys))


def test_references_have_no_order():
    order = ord_key(type_of("func () -> ()"))

    assert order((principal(1), "a")) == order((principal(2), "b"))


@given(types_with_values())
def test_every_value_has_a_place_beside_itself(typed):
    candid_type, value = typed
    decode = compile_value_from_candid(candid_type, lambda _name, found: found)
    message = codec.encode([candid_type], [value])
    order = ord_key(candid_type)

    assert sorted([order(decode(message)), order(decode(message))])[0] == order(decode(message))
