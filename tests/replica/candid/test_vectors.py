"""Messages byte by byte, in the shape of Candid's own test suite, and the ids of field names."""

import math

import pytest

from replica.candid import text
from replica.candid.codec import decode, encode
from replica.candid.did import parse_did
from replica.candid.types import BLOB, CandidError, field_id, tuple_of
from replica.principal import Principal

# As the Candid libraries of Rust and JavaScript compute them.
FIELD_IDS = {
    "Ok": 17724,
    "Err": 3456837,
    "id": 23515,
    "name": 1224700491,
    "version": 2096228120,
    "memo": 1213809850,
    "canister_id": 1313628723,
    "method": 156956385,
    "url": 5843823,
    "headers": 1661489734,
    "body": 1092319906,
    "certificate_version": 1661892784,
    "status_code": 3475804314,
    "upgrade": 1664201884,
    "streaming_strategy": 3427158832,
    "Callback": 1488475621,
    "callback": 2131139013,
    "token": 338395897,
    "Get": 3553398,
    "Set": 4150146,
    "Add": 3254785,
    "Remove": 958206052,
    "Clear": 3683180909,
    "interval": 679246149,
    "cycles_threshold": 2374059705,
    "cycles_amount": 817576458,
    "Hourly": 14234833,
    "Daily": 1739403193,
    "Weekly": 865671073,
    "Monthly": 2258738605,
    "_0_25T": 3725886371,
    "_0_5T": 3541278285,
    "_1T": 4735266,
    "_2T": 4735489,
    "_5T": 4736158,
    "_10T": 1055956374,
    "_50T": 1056155290,
    "_100T": 3550029474,
    "": 0,
    "☃": 11272781,
}

DEFINITIONS = """
type List = opt record { head : int; tail : List };
type Tree = variant { leaf : int; branch : record { left : Tree; right : Tree } };
type Itself = record { Itself };
type Choice = variant { 0 : Choice };
type Vectors = vec Vectors;
"""


def types_of(source: str):
    """The types in a pair of parentheses; `List` and the others above are known."""
    return parse_did(f"{DEFINITIONS} service : {{ m : {source} -> (); }}").method("m").args


def message(source: str) -> bytes:
    """`DIDL`, then hexadecimal."""
    return b"DIDL" + bytes.fromhex(source)


@pytest.mark.parametrize("name", FIELD_IDS)
def test_field_ids_are_hashes_of_their_names(name):
    assert field_id(name) == FIELD_IDS[name]


ENCODED = [
    ("()", (), "00 00"),
    ("(null)", (None,), "00 01 7f"),
    ("(bool, bool)", (False, True), "00 02 7e 7e 00 01"),
    ("(nat)", (0,), "00 01 7d 00"),
    ("(nat)", (127,), "00 01 7d 7f"),
    ("(nat)", (128,), "00 01 7d 80 01"),
    ("(nat)", (60000000000000000,), "00 01 7d 80 80 98 f4 e9 b5 ca 6a"),
    ("(int)", (-1,), "00 01 7c 7f"),
    ("(int)", (-64,), "00 01 7c 40"),
    ("(int)", (64,), "00 01 7c c0 00"),
    ("(int)", (-60000000000000000,), "00 01 7c 80 80 e8 8b 96 ca b5 95 7f"),
    ("(nat8, nat16, nat32, nat64)", (1, 2, 3, 4), "00 04 7b 7a 79 78 01 0200 03000000 0400000000000000"),
    ("(int8, int16, int32, int64)", (-1, -2, -3, 4), "00 04 77 76 75 74 ff feff fdffffff 0400000000000000"),
    ("(float32, float64)", (-0.5, 3.0), "00 02 73 72 000000bf 0000000000000840"),
    ("(text)", ("☃",), "00 01 71 03 e2 98 83"),
    ("(reserved)", (None,), "00 01 70"),
    ("(principal)", (Principal(bytes.fromhex("caffee")),), "00 01 68 01 03 ca ff ee"),
    ("(opt int)", (None,), "01 6e 7c 01 00 00"),
    ("(opt int)", (42,), "01 6e 7c 01 00 01 2a"),
    ("(vec int)", ([1, 2],), "01 6d 7c 01 00 02 01 02"),
    ("(blob)", (b"\x01\x02",), "01 6d 7b 01 00 02 01 02"),
    ("(record {})", ({},), "01 6c 00 01 00"),
    ("(record { int; bool })", ((42, True),), "01 6c 02 00 7c 01 7e 01 00 2a 01"),
    ("(record { foo : int; bar : bool })", ({"foo": 42, "bar": True},),
     "01 6c 02 d3 e3 aa 02 7e 86 8e b7 02 7c 01 00 01 2a"),
    ("(variant { Ok : text; Err : text })", ({"Ok": "good"},),
     "01 6b 02 bc 8a 01 71 c5 fe d2 01 71 01 00 00 04 67 6f 6f 64"),
    ("(variant { Foo; Bar })", ({"Bar": None},), "01 6b 02 b3 d3 c9 01 7f e6 fd d5 01 7f 01 00 00"),
    ("(func (text) -> (nat) query)", ((Principal(b"\xca"), "foo"),),
     "01 6a 01 71 01 7d 01 01 01 00 01 01 01 ca 03 66 6f 6f"),
    ("(service { foo : (text) -> (nat) })", (Principal(b"\xca"),),
     "02 6a 01 71 01 7d 00 69 01 03 66 6f 6f 00 01 01 01 01 ca"),
]  # fmt: skip


@pytest.mark.parametrize(("types", "values", "encoded"), ENCODED)
def test_values_have_one_encoding_and_come_back_from_it(types, values, encoded):
    assert encode(types_of(types), values) == message(encoded)
    assert decode(types_of(types), message(encoded)) == values


DECODED = [
    ("()", "00 01 7f", (), "arguments nobody expects are ignored"),
    ("()", "80 00 00", (), "numbers may be longer than necessary"),
    ("(nat)", "00 01 7d ff 00", (127,), "also as values"),
    ("(int)", "00 01 7c ff 7f", (-1,), "also negative ones"),
    ("(text)", "00 01 71 86 00 4d6f746f6b6f", ("Motoko",), "also sizes"),
    ("()", "01 6e 6f 00", (), "a type nobody uses"),
    ("()", "01 6e 00 00", (), "a type of itself"),
    ("(int)", "00 01 7d 2a", (42,), "nat as int"),
    ("(reserved)", "00 01 71 02 68 69", (None,), "anything as reserved"),
    ("(opt empty)", "00 01 7f", (None,), "null as opt"),
    ("(opt nat)", "00 01 70", (None,), "reserved as opt"),
    ("(opt nat)", "00 01 7d 05", (5,), "a bare value as opt"),
    ("(opt nat)", "00 01 7e 01", (None,), "a bare value of another type as opt"),
    ("(opt opt bool)", "00 01 7e 01", (None,), "a bare value under two opts"),
    ("(opt nat)", "01 6e 7e 01 00 01 01", (None,), "opt of another type"),
    ("(vec int8)", "01 6d 7c 01 00 00", ([],), "an empty vector of another type"),
    ("(Vectors)", "01 6d 00 01 00 02 00 00", ([[], []],), "vectors of vectors"),
    ("(vec null)", "01 6d 7f 01 00 e807", ([None] * 1000,), "a thousand nothings"),
    ("(record { 1 : opt int })", "01 6c 01 01 7c 01 00 2a", ({"_1_": 42},), "a field that became optional"),
    ("(record { 2 : opt int })", "01 6c 01 01 7c 01 00 2a", ({"_2_": None},), "a field that is new"),
    ("(record { foo : reserved })", "01 6c 00 01 00", ({"foo": None},), "a field that is reserved"),
    ("(record { 1 : bool })", "01 6c 02 00 7c 01 7e 01 00 2a 01", ({"_1_": True},), "a field that is gone"),
    ("(record { int })", "01 6c 02 00 7c 01 7e 01 00 2a 01", ((42,),), "a tuple that became shorter"),
    ("(record { int; opt text })", "01 6c 01 00 7c 01 00 2a", ((42, None),), "a tuple that became longer"),
    ("(variant { 0; 1; 2 })", "01 6b 02 00 7f 01 7f 01 00 01", ({"_1_": None},), "tags are counted as they were sent"),
    ("(variant { 0 })", "01 6b 02 00 7f 01 7f 01 00 00", ({"_0_": None},), "a known tag beside one that is not"),
    ("(variant { 0 : int; 1 : int })", "01 6b 02 00 7f 01 7c 01 00 01 2a", ({"_1_": 42},), "a misfit in another tag"),
    ("(opt variant { 0 : int })", "02 6e 01 6b 01 00 7e 01 00 01 00 01", (None,), "another payload under opt"),
    ("(opt variant { 0 })", "01 6b 02 00 7f 01 7f 01 00 01", (None,), "a tag that is not known under opt"),
    ("(principal)", "01 69 00 01 00 01 03 ca ff ee", (Principal(bytes.fromhex("caffee")),), "a service as principal"),
    ("(List, opt List, opt empty, reserved, opt int)",
     "02 6e 01 6c 02 a0d2aca804 7c 90eddae704 00 01 00 00", (None, None, None, None, None), "missing arguments"),
    ("(opt empty, bool)", "01 67 00 02 00 7e 00 00 01", (None, True), "a future type"),
    ("(opt empty, bool)", "01 67 03 414243 02 00 7e 05 00 68656c6c6f 01", (None, True), "a future type with data"),
]  # fmt: skip


@pytest.mark.parametrize(("types", "encoded", "values", "why"), DECODED, ids=[case[3] for case in DECODED])
def test_other_versions_of_a_type_are_understood(types, encoded, values, why):
    assert decode(types_of(types), message(encoded)) == values


REFUSED = [
    ("()", "", "nothing after the magic"),
    ("()", "00", "no number of arguments"),
    ("()", "00 00 00", "bytes after the end"),
    ("()", "00 01 6e", "a composite type outside the table"),
    ("()", "00 01 5e", "a code of no type"),
    ("()", "01 00 00", "a table entry that is no type"),
    ("()", "01 7f 00", "a primitive type in the table"),
    ("()", "01 68 00", "principal in the table"),
    ("()", "01 6e 01 00", "a type beyond the table"),
    ("()", "02 6e 6f 00", "a table that is too short"),
    ("()", "80 94 eb dc 03 00", "a table of a thousand million types"),
    ("()", "00 80 94 eb dc 03", "a thousand million arguments"),
    ("()", "01 6c 80 94 eb dc 03 00 7f", "a thousand million fields"),
    ("(null)", "00 01 7e 00", "bool as null"),
    ("(nat)", "00 00", "a missing argument"),
    ("(bool)", "00 01 7e 02", "two as bool"),
    ("(opt bool)", "01 6e 7e 01 00 01 02", "two as bool under opt"),
    ("(opt nat)", "01 6e 7e 01 00 01 02", "two as bool under an opt that skips it"),
    ("(nat)", "00 01 7d 80", "a number without end"),
    ("(nat)", "00 01 7c 05", "int as nat"),
    ("(nat8)", "00 01 7d 05", "nat as nat8"),
    ("(nat16)", "00 01 7a 00", "half a number"),
    ("(float64)", "00 01 72 00 00 00 00", "half a float"),
    ("(text)", "00 01 71 05 4d6f746f6b6f", "a text that goes on"),
    ("(text)", "00 01 71 07 4d6f746f6b6f", "a text that ends early"),
    ("(text)", "00 01 71 80 94 eb dc 03 4d", "a text of a thousand million bytes"),
    ("(text)", "00 01 71 03 e2 28 a1", "a text that is not UTF-8"),
    ("(reserved)", "00 01 71 03 e2 28 a1", "a skipped text that is not UTF-8"),
    ("(empty)", "00 01 6f", "a value of empty"),
    ("(reserved)", "00 01 6f", "a value of empty that is skipped"),
    ("(principal)", "00 01 68 00", "an opaque reference"),
    ("(principal)", "00 01 68 01 1e" + "00" * 30, "a principal of 30 bytes"),
    ("(principal)", "00 01 68 01 03 ca ff", "a principal that ends early"),
    ("(opt int)", "01 6e 7c 01 00 02 2a", "two for an opt"),
    ("(vec bool)", "01 6d 7e 01 00 80 94 eb dc 03 00", "a thousand million elements"),
    ("(record { 2 : int })", "01 6c 01 01 7c 01 00 2a", "a field that is missing"),
    ("(record { bool; int })", "01 6c 02 00 7c 01 7e 01 00 2a 01", "fields of other types"),
    ("()", "01 6c 02 00 7c 00 7e 00", "a field twice"),
    ("()", "01 6c 02 01 7c 00 7e 00", "fields out of order"),
    ("()", "01 6c 01 80 e4 97 d0 12 7c 00", "a field id of more than 32 bits"),
    ("(variant {})", "01 6b 00 01 00", "a value of a variant without tags"),
    ("(variant { 0 })", "01 6b 01 00 7f 01 00 01", "a tag beyond the type"),
    ("(variant { 1 })", "01 6b 01 00 7f 01 00 00", "a tag that is not expected"),
    ("(variant { 0 : int })", "01 6b 01 00 7f 01 00 00", "a tag with another payload"),
    ("(Itself)", "01 6c 01 00 00 01 00", "a record within itself"),
    ("(Choice)", "01 6b 01 00 00 01 00" + "00" * 12, "a variant within itself"),
    ("(func () -> ())", "01 6a 00 00 00 01 00 01 00 03 ca ff ee 01 61", "a function of an opaque service"),
    ("(func (text) -> (nat))", "01 6a 00 00 00 01 00 01 01 01 ca 01 61", "a function with other results"),
    ("()", "01 6a 00 00 01 04 00", "an annotation that does not exist"),
    ("(service { foo : (text) -> (nat) })", "01 69 00 01 00 01 01 ca", "a service without the method"),
    ("()", "02 6a 00 00 00 69 02 03 666f6f 00 03 626172 00 00", "methods out of order"),
    ("()", "02 6e 7e 69 01 03 666f6f 00 00", "a method that is no function"),
    ("()", "02 6a 00 00 00 69 01 03 e2 28 a1 00 00", "a method whose name is not UTF-8"),
]


@pytest.mark.parametrize(("types", "encoded", "why"), REFUSED, ids=[case[2] for case in REFUSED])
def test_malformed_messages_are_refused(types, encoded, why):
    with pytest.raises(CandidError):
        decode(types_of(types), message(encoded))


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b"DADL\x00\x00", b"DID", b"didl\x00\x00"])
def test_what_does_not_begin_with_the_magic_is_no_message(data):
    with pytest.raises(CandidError, match="DIDL"):
        decode([], data)


def test_a_list_of_four_is_read():
    encoded = "02 6e 01 6c 02 a0d2aca804 7c 90eddae704 00 01 00 01 01 01 02 01 03 01 04 00"

    (value,) = decode(types_of("(List)"), message(encoded))

    assert text.format_values(types_of("(List)"), [value]).count("head") == 4


def test_nan_stays_nan():
    assert math.isnan(decode(types_of("(float64)"), encode(types_of("(float64)"), [math.nan]))[0])


VALUES_REFUSED = [
    ("(nat)", -1, "expected nat, not -1"),
    ("(nat)", True, "expected nat, not True"),
    ("(nat8)", 256, "expected nat8, not 256"),
    ("(int8)", "1", "expected int8, not '1'"),
    ("(int)", 1.0, "expected int, not 1.0"),
    ("(bool)", 1, "expected bool, not 1"),
    ("(float32)", 1e300, "expected float32"),
    ("(float64)", "1", "expected float64"),
    ("(text)", b"x", "expected text"),
    ("(text)", "\ud800", "expected text that has UTF-8"),
    ("(null)", 0, "expected null"),
    ("(empty)", None, "empty has no values"),
    ("(principal)", "aaaaa-aa", "expected principal"),
    ("(principal)", bytes(30), "expected principal"),
    ("(blob)", [256], "expected blob"),
    ("(blob)", "x", "expected blob"),
    ("(vec text)", "x", "expected vec"),
    ("(record { a : nat })", {}, "a record lacks a"),
    ("(record { a : nat })", {"a": 1, "b": 2}, "a record has no field b"),
    ("(record { a : nat })", [1], "expected record with a"),
    ("(record { nat; nat })", (1,), "expected tuple of 2"),
    ("(variant { A })", {}, "expected variant"),
    ("(variant { A })", {"B": None}, "expected one of the tags A, not 'B'"),
    ("(func () -> ())", Principal(b""), "expected func"),
]


@pytest.mark.parametrize(("types", "value", "error"), VALUES_REFUSED)
def test_values_of_other_types_are_not_encoded(types, value, error):
    with pytest.raises(CandidError, match=error):
        encode(types_of(types), [value])


def test_the_error_does_not_print_numbers_that_take_long_to_print():
    with pytest.raises(CandidError, match="expected nat8, not int"):
        encode(types_of("(nat8)"), [10**5000])


def test_optional_fields_may_be_left_out_of_a_record():
    (candid_type,) = types_of("(record { a : nat; b : opt nat })")

    assert encode([candid_type], [{"a": 1}]) == encode([candid_type], [{"a": 1, "b": None}])


def test_the_number_of_arguments_is_checked():
    with pytest.raises(CandidError, match="expected 1 values, not 2"):
        encode([BLOB], [b"", b""])


def test_a_value_without_end_is_refused():
    endless = []
    endless.append(endless)

    with pytest.raises(CandidError, match="nested too deeply"):
        encode(types_of("(Vectors)"), [endless])


def test_a_tuple_is_a_record_counted_from_zero():
    assert tuple_of(*types_of("(nat, text)")) == types_of("(record { nat; text })")[0]
