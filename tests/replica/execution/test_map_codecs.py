"""The short cuts for common key and value types write the same bytes as the general conversion, and read them back."""

from __future__ import annotations

from typing import Any

import kybra
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.candid.types import BLOB, Prim, Type
from replica.execution.conversion import compile_value_to_candid
from replica.execution.failures import describe
from replica.execution.map_codecs import map_codec

CONVERSION_ERRORS = (TypeError, OverflowError, AttributeError, UnicodeEncodeError)


def no_services(class_name: str, canister_id: kybra.Principal) -> Any:
    raise AssertionError(f"no {class_name} for {canister_id}")


def check_round_trip(candid_type: Type, value: Any) -> Any:
    encode, decode = map_codec(candid_type, no_services)
    assert encode(value) == compile_value_to_candid(candid_type)(value)
    return decode(encode(value))


@given(st.binary(max_size=40_000))
def test_blobs(value: bytes) -> None:
    assert check_round_trip(BLOB, value) == value


@given(st.text(max_size=20_000))
def test_texts(value: str) -> None:
    assert check_round_trip(Prim("text"), value) == value


@given(st.integers(0, 2**64 - 1))
def test_numbers(value: int) -> None:
    assert check_round_trip(Prim("nat64"), value) == value


@given(st.binary(max_size=29))
def test_principals(value: bytes) -> None:
    assert check_round_trip(Prim("principal"), kybra.Principal(value)).bytes == value


@pytest.mark.parametrize("length", [127, 128, 511, 512, 16_383, 16_384])
def test_lengths_around_a_further_length_byte(length: int) -> None:
    assert check_round_trip(BLOB, bytes(length)) == bytes(length)
    assert check_round_trip(Prim("text"), "x" * length) == "x" * length


@pytest.mark.parametrize(
    ("candid_type", "value"),
    [
        (BLOB, 5),
        (BLOB, [256]),
        (Prim("text"), b"x"),
        (Prim("text"), "\ud800"),
        (Prim("nat64"), -1),
        (Prim("nat64"), 2**64),
        (Prim("nat64"), "1"),
        (Prim("principal"), b"\x04"),
        (Prim("principal"), kybra.Principal(bytes(30))),
    ],
)
def test_what_does_not_convert_raises_as_elsewhere(candid_type: Type, value: Any) -> None:
    encode, _ = map_codec(candid_type, no_services)

    with pytest.raises(CONVERSION_ERRORS) as expected:
        compile_value_to_candid(candid_type)(value)
    with pytest.raises(CONVERSION_ERRORS) as error:
        encode(value)
    assert describe(error.value) == describe(expected.value)
