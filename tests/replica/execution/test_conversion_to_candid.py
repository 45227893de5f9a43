"""What canister code may return or pass on, and the exact words with which Kybra refuses the rest."""

import math
import struct

import kybra
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.candid import codec
from replica.candid.did import parse_did
from replica.candid.types import BLOB, Prim
from replica.execution.conversion import compile_to_candid, compile_value_to_candid
from replica.execution.failures import describe
from replica.principal import Principal
from replica.reject import Trap
from tests.replica.candid.strategies import INTEGERS

ALICE = kybra.Principal(Principal.from_counter(7))

DEFINITIONS = """
type Pair = record { nat8; text };
type Person = record { name : text; age : nat8; nickname : opt text };
type Status = variant { Active; Age : nat8; Name : text };
type Empty = record {};
type Keywords = record { from : text; "class" : nat8 };
type List = record { head : nat; tail : opt List };
type Peer = service { ping : () -> () };
type Callback = func (text) -> (nat) query;
"""


def type_of(source: str):
    return parse_did(f"{DEFINITIONS} service : {{ m : ({source}) -> () }}").method("m").args[0]


def converted(source: str, value: object) -> object:
    """The value as another canister reads it."""
    candid_type = type_of(source)
    return codec.decode([candid_type], compile_value_to_candid(candid_type)(value))[0]


class Subscriptable:
    def __getitem__(self, key) -> object:
        return {"name": "dave", "age": 5, "nickname": None}[key]


class TextOnly:
    def __init__(self, text) -> None:
        self.text = text

    def to_str(self):
        return self.text


class Text(str):
    __slots__ = ()


class Whole(int):
    pass


class Items(list):
    pass


ACCEPTED = [
    ("bool", True, True),
    ("bool", 0, False),
    ("bool", 7, True),
    ("nat8", 255, 255),
    ("nat8", True, 1),
    ("int64", -(2**63), -(2**63)),
    ("nat", 10**40, 10**40),
    ("nat", True, 1),
    ("int", -(10**40), -(10**40)),
    ("int", Whole(5), 5),
    ("float64", 0.1, 0.1),
    ("float32", 1e300, math.inf),
    ("float32", -1e300, -math.inf),
    ("text", "☃", "☃"),
    ("text", Text("x"), "x"),
    ("null", None, None),
    ("reserved", object(), None),
    ("blob", b"ab", b"ab"),
    ("blob", bytearray(b"ab"), b"ab"),
    ("blob", memoryview(b"ab"), b"ab"),
    ("blob", [1, True], b"\1\1"),
    ("blob", (byte for byte in b"ab"), b"ab"),
    ("blob", "", b""),
    ("vec bool", (1, False), [True, False]),
    ("vec text", "abc", ["a", "b", "c"]),
    ("vec nat64", range(3), [0, 1, 2]),
    ("vec int8", {1: "a", -1: "b"}, [1, -1]),
    ("vec nat", [1, 2], [1, 2]),
    ("vec nat", Items([1]), [1]),
    ("vec float64", [1.0], [1.0]),
    ("vec opt nat8", [1, None], [1, None]),
    ("opt nat8", None, None),
    ("opt nat8", 5, 5),
    ("opt opt nat8", None, None),
    ("Pair", (1, "x"), (1, "x")),
    ("Pair", (1, "x", "ignored"), (1, "x")),
    ("Person", {"name": "bob", "age": 5, "nickname": None, "extra": object()},
     {"name": "bob", "age": 5, "nickname": None}),
    ("Person", Subscriptable(), {"name": "dave", "age": 5, "nickname": None}),
    ("Empty", 5, {}),
    ("Keywords", {"from_": "x", "class_": 1}, {"from": "x", "class": 1}),
    ("Status", {"Active": None}, {"Active": None}),
    ("Status", {"Name": "x", "Age": 5}, {"Age": 5}),
    ("Status", {"other": 1, "Name": "x"}, {"Name": "x"}),
    ("List", {"head": 1, "tail": {"head": 2, "tail": None}}, {"head": 1, "tail": {"head": 2, "tail": None}}),
    ("principal", ALICE, Principal.from_counter(7)),
    ("principal", TextOnly("aaaaa-aa"), Principal(b"")),
    ("principal", TextOnly("AAAAA-AA"), Principal(b"")),
    ("Peer", kybra.Service(ALICE), Principal.from_counter(7)),
    ("Callback", (ALICE, "ping", "ignored"), (Principal.from_counter(7), "ping")),
]  # fmt: skip


@pytest.mark.parametrize(("source", "value", "expected"), ACCEPTED)
def test_kybra_accepts(source, value, expected):
    assert converted(source, value) == expected


REFUSED = [
    ("bool", "yes", "TypeError: Expected type bool, not str"),
    ("bool", None, "TypeError: Expected type bool, not NoneType"),
    ("nat8", 256, "OverflowError: Python int too large to convert to Rust u8"),
    ("nat8", -1, "OverflowError: Python int too large to convert to Rust u8"),
    ("nat64", 2**64, "OverflowError: Python int too large to convert to Rust u64"),
    ("int16", 2**15, "OverflowError: Python int too large to convert to Rust i16"),
    ("nat32", "1", "TypeError: Expected type 'int' but 'str' found"),
    ("nat32", 1.0, "TypeError: Expected type 'int' but 'float' found"),
    ("nat", -1, "TypeError: Could not convert value to nat"),
    ("nat", 1.0, "TypeError: Expected type 'int' but 'float' found"),
    ("int", "1", "TypeError: PyObjectRef is not a PyIntRef"),
    ("float64", 1, "TypeError: Expected type 'float' but 'int' found"),
    ("float32", None, "TypeError: Expected type 'float' but 'NoneType' found"),
    ("text", 1, "TypeError: Expected type 'str' but 'int' found"),
    ("text", b"x", "TypeError: Expected type 'str' but 'bytes' found"),
    ("null", 0, "TypeError: expected NoneType but received int"),
    ("empty", None, "TypeError: value cannot be converted to Empty"),
    ("blob", 5, "TypeError: 'int' object is not iterable"),
    ("blob", "x", "TypeError: Expected type 'int' but 'str' found"),
    ("blob", [256], "OverflowError: Python int too large to convert to Rust u8"),
    ("vec text", ["a", 1], "TypeError: Expected type 'str' but 'int' found"),
    ("vec nat64", [2**64], "OverflowError: Python int too large to convert to Rust u64"),
    ("vec bool", None, "TypeError: 'NoneType' object is not iterable"),
    ("vec nat", (1, 2), "TypeError: Expected type 'list' but 'tuple' found"),
    ("vec nat", [-1], "TypeError: Could not convert value to Vec"),
    ("vec float64", [1], "TypeError: Could not convert value to Vec"),
    ("vec Person", [{"name": "bob"}], "TypeError: Could not convert value to Vec"),
    ("vec blob", [5], "TypeError: Could not convert value to Vec"),
    ("opt nat8", "x", "TypeError: Expected type 'int' but 'str' found"),
    ("Pair", [1, "x"], "TypeError: Expected type 'tuple' but 'list' found"),
    ("Pair", (1,), "IndexError: tuple index out of range"),
    ("Person", {"name": "bob", "age": 5}, "KeyError: 'nickname'"),
    ("Person", {"name": 1}, "KeyError: 'age'"),
    ("Person", {"name": 1, "age": "x", "nickname": None}, "TypeError: Expected type 'str' but 'int' found"),
    ("Person", None, "TypeError: 'NoneType' object is not subscriptable"),
    ("Keywords", {"from": "x", "class": 1}, "KeyError: 'from_'"),
    ("Status", {}, "TypeError: Enum variant does not exist"),
    ("Status", {"Inactive": None}, "TypeError: Enum variant does not exist"),
    ("Status", "Active", "TypeError: Enum variant does not exist"),
    ("Status", None, "TypeError: Enum variant does not exist"),
    ("Status", {"Active": 0}, "TypeError: expected NoneType but received int"),
    ("Status", {"Active": 0, "Name": "x"}, "TypeError: expected NoneType but received int"),
    ("Status", {"Age": 300}, "OverflowError: Python int too large to convert to Rust u8"),
    ("principal", "aaaaa-aa", "AttributeError: 'str' object has no attribute 'to_str'"),
    ("principal", TextOnly(5), "TypeError: Expected type 'str' but 'int' found"),
    ("principal", TextOnly("0"),
     "TypeError: could not convert value to Principal: Text must be in valid Base32 encoding."),
    ("principal", TextOnly("aaa"),
     "TypeError: could not convert value to Principal: Text must be in valid Base32 encoding."),
    ("principal", TextOnly("aa"), "TypeError: could not convert value to Principal: Text is too short."),
    ("principal", kybra.Principal(bytes(30)), "TypeError: could not convert value to Principal: Text is too long."),
    ("principal", TextOnly("aaaaa-ae"),
     "TypeError: could not convert value to Principal: Text must be in valid Base32 encoding."),
    ("principal", TextOnly("baaaa-aa"),
     "TypeError: could not convert value to Principal: CRC32 check sequence doesn't match with calculated from "
     "Principal bytes."),
    ("principal", TextOnly("aaaaaaa"),
     "TypeError: could not convert value to Principal: Text should be separated by - (dash) every 5 characters: "
     'expected "aaaaa-aa"'),
    ("Peer", ALICE, "AttributeError: 'Principal' object has no attribute 'canister_id'"),
    ("Peer", kybra.Service(TextOnly("aa")),
     "TypeError: TypeError: Could not convert value to Principal: Text is too short."),
    ("Callback", [ALICE, "ping"], "TypeError: Expected type 'tuple' but 'list' found"),
    ("Callback", (), "TypeError: could not convert value to Func, missing Principal"),
    ("Callback", (ALICE,), "TypeError: could not convert value to Func, missing method"),
    ("Callback", ("aaaaa-aa", "ping"), "AttributeError: 'str' object has no attribute 'to_str'"),
    ("Callback", (ALICE, 5), "TypeError: Expected type 'str' but 'int' found"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "value", "error"), REFUSED)
def test_kybra_refuses(source, value, error):
    with pytest.raises((TypeError, OverflowError, LookupError, AttributeError)) as caught:
        converted(source, value)

    assert describe(caught.value) == error


@pytest.mark.parametrize("name", INTEGERS)
@given(number=st.integers(-(2**70), 2**70))
def test_integers_of_fixed_width_have_their_range(name, number):
    low, high = INTEGERS[name]

    if low <= number <= high:
        assert converted(name, number) == number
    else:
        with pytest.raises(OverflowError):
            converted(name, number)


@given(st.floats(width=32))
def test_floats_are_rounded_to_their_width(number):
    assert struct.pack("<f", converted("float32", number)) == struct.pack("<f", number)


def test_a_lone_surrogate_is_no_text():
    with pytest.raises(UnicodeEncodeError):
        converted("text", "\ud800")


def test_a_trap_inside_a_conversion_stays_that_trap():
    class Trapping:
        def __getitem__(self, key) -> object:
            raise Trap("from within")

    with pytest.raises(Trap) as caught:
        converted("Person", Trapping())

    assert caught.value.message == "from within"


def test_a_value_that_contains_itself_is_refused():
    endless = {"head": 1}
    endless["tail"] = endless

    with pytest.raises(RecursionError):
        converted("List", endless)


def test_arguments_are_converted_in_order_and_those_too_many_are_ignored():
    to_candid = compile_to_candid([Prim("nat8"), BLOB])

    assert codec.decode([Prim("nat8"), BLOB], to_candid([1, b"x", "ignored"])) == (1, b"x")


def test_too_few_arguments_are_a_panic():
    with pytest.raises(Trap, match="index out of bounds: the len is 1 but the index is 1"):
        compile_to_candid([Prim("nat8"), BLOB])([1])


@pytest.mark.parametrize(
    ("source", "value", "size"),
    [("nat64", 0, 15), ("principal", ALICE, 9 + 10), ("text", "abc", 8 + 3), ("blob", b"abc", 10 + 3)],
)
def test_single_values_have_the_sizes_that_limits_of_stable_maps_count(source, value, size):
    assert len(compile_value_to_candid(type_of(source))(value)) == size
