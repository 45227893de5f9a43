"""CBOR from strangers: what the protocol needs is read, what could be used as a weapon is refused."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.certification.plain_cbor import PlainCborError, count_heads, load_plain

VALUE = {"content": {"arg": b"\x01", "paths": [[b"time"]]}, "sender_sig": None}


def test_tagged_untagged_and_indefinite_input_read_alike():
    data = cbor2.dumps(VALUE)

    assert load_plain(data, nesting_max=8) == VALUE
    assert load_plain(b"\xd9\xd9\xf7" + data, nesting_max=8) == VALUE
    assert load_plain(bytes.fromhex("9f5f4101420203ffff"), nesting_max=8) == [b"\x01\x02\x03"]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "0102",  # two values
        "6161ff",
        "a2616101616102",  # a key twice
        "a18001",  # a key that is no string
        "d81c81d81d00",  # a list that contains itself
        "d90100824461626364d81900",  # a string by reference
        "c249010000000000000000",  # a number beyond 64 bits
        "c11a514b67b0",  # a date
        "d903e701",  # a tag nobody knows
        "81" * 9 + "00",
        "9b7fffffffffffffff",
        "5b7fffffffffffffff",
        "62c328",  # not UTF-8
    ],
)
def test_what_the_protocol_has_no_use_for_is_refused(data):
    with pytest.raises(PlainCborError):
        load_plain(bytes.fromhex(data), nesting_max=8)


@given(st.binary(max_size=40))
def test_random_bytes_are_read_or_refused(data):
    try:
        load_plain(data, nesting_max=8)
    except PlainCborError:
        return


def test_values_are_counted_without_being_decoded():
    value = {"a": [1, 2, b"bytes"], "b": {"c": 1.5, "d": "x" * 300}}

    assert count_heads(cbor2.dumps(value), 100) == 12
    assert count_heads(cbor2.dumps([0] * 1_000), 10) == 11
    assert count_heads(b"\x5b" + b"\xff" * 8, 10) == 1
