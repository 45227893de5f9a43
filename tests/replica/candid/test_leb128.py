"""Numbers of any size; the examples of the DWARF standard, which defines LEB128."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.candid.leb128 import encode_signed, encode_unsigned, read_signed, read_size, read_unsigned, skip
from replica.candid.types import CandidError

UNSIGNED = {2: "02", 127: "7f", 128: "8001", 129: "8101", 130: "8201", 12857: "b964", 624485: "e58e26"}
SIGNED = {2: "02", -2: "7e", 127: "ff00", -127: "817f", 128: "8001", -128: "807f", 129: "8101", -129: "ff7e"}
SIGNED |= {8191: "ff3f", -8192: "8040", -8193: "ffbf7f"}  # around the end of two groups

any_size = st.integers(0, 4000).flatmap(lambda bits: st.integers(-(2**bits), 2**bits))


@pytest.mark.parametrize("number", UNSIGNED)
def test_unsigned_numbers_are_written_in_groups_of_seven_bits(number):
    assert encode_unsigned(number).hex() == UNSIGNED[number]
    assert read_unsigned(bytes.fromhex(UNSIGNED[number]), 0) == (number, len(UNSIGNED[number]) // 2)


@pytest.mark.parametrize("number", SIGNED)
def test_signed_numbers_end_with_their_sign(number):
    assert encode_signed(number).hex() == SIGNED[number]
    assert read_signed(bytes.fromhex(SIGNED[number]), 0) == (number, len(SIGNED[number]) // 2)


@given(any_size)
def test_numbers_of_any_size_come_back(number):
    signed, unsigned = encode_signed(number), encode_unsigned(abs(number))

    assert read_signed(b"x" + signed + b"x", 1) == (number, 1 + len(signed))
    assert read_unsigned(b"x" + unsigned + b"x", 1) == (abs(number), 1 + len(unsigned))
    assert skip(signed + b"x", 0) == len(signed)


@given(any_size)
def test_no_shorter_form_means_the_same(number):
    encoded = encode_signed(number)

    if len(encoded) > 1:
        shorter = encoded[:-2] + bytes([encoded[-2] & 0x7F])
        assert read_signed(shorter, 0) != (number, len(shorter))


@given(any_size, st.integers(1, 30))
def test_longer_forms_mean_the_same(number, more):
    encoded = encode_unsigned(abs(number))
    longer = encoded[:-1] + bytes([encoded[-1] | 0x80]) + b"\x80" * (more - 1) + b"\x00"

    assert read_unsigned(longer, 0) == (abs(number), len(longer))


@pytest.mark.parametrize("read", [read_unsigned, read_signed])
@pytest.mark.parametrize("size", [0, 1, 17, 18, 19, 100])
def test_a_number_without_an_end_has_no_value(read, size):
    with pytest.raises(IndexError):
        read(b"\x80" * size, 0)


def test_more_bytes_than_there_are_are_not_promised():
    assert read_size(b"\x02ab", 0) == (2, 1)
    with pytest.raises(CandidError, match="3 bytes announced, 2 left"):
        read_size(b"\x03ab", 0)
