"""Principals and their text: published vectors, and texts that look like principals and are none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.principal import ANONYMOUS, MANAGEMENT, Principal, PrincipalError

# Interface spec, "Textual representation of principals", and well-known canisters of mainnet and of local networks.
VECTORS = {
    "": "aaaaa-aa",
    "04": "2vxsx-fae",
    "abcd01": "em77e-bvlzu-aq",
    "00000000000000020101": "ryjl3-tyaaa-aaaaa-aaaba-cai",
    "00000000000000040101": "rkp4c-7iaaa-aaaaa-aaaca-cai",
    "00000000000000070101": "rdmx6-jaaaa-aaaaa-aaadq-cai",
    "000000000000000b0101": "qhbym-qaaaa-aaaaa-aaafq-cai",
    "00000000000012340101": "ktslx-6iaaa-aaaaa-aci2a-cai",
    "80000000001000010101": "bkyz2-fmaaa-aaaaa-qaaaq-cai",
    "ffffffffff9000010101": "uxrrr-q7777-77774-qaaaq-cai",
}


@pytest.mark.parametrize(("raw", "text"), VECTORS.items())
def test_principals_read_and_write_as_published(raw, text):
    assert Principal(bytes.fromhex(raw)).text == text
    assert Principal.from_text(text) == bytes.fromhex(raw)


def test_two_principals_have_names():
    assert (MANAGEMENT.text, ANONYMOUS.text) == ("aaaaa-aa", "2vxsx-fae")


def test_canister_ids_are_numbered():
    assert Principal.from_counter(0x1234).text == "ktslx-6iaaa-aaaaa-aci2a-cai"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aaaaa",
        "AAAAA-AA",
        "aaaaaaa",
        "aaaaa-aa-",
        "aaa-aaaa",
        "2vxsx-fae ",
        "2vxsx-faf",
        "em77e-bvlzu-ar",
        "em77e-bvlz1-aq",
        "em77ebvlzuaq",
        "☃",
        "a" * 10_000,
    ],
)
def test_what_would_be_written_differently_is_not_read(text):
    with pytest.raises(PrincipalError):
        Principal.from_text(text)


def test_a_principal_has_at_most_twenty_nine_bytes():
    longest = Principal(bytes(29))

    assert Principal.from_text(longest.text) == longest
    with pytest.raises(PrincipalError):
        Principal(bytes(30))


@given(st.binary(max_size=29))
def test_text_leads_back(raw):
    assert Principal.from_text(Principal(raw).text) == raw


@given(st.text(max_size=80))
def test_random_text_ends_in_a_principal_that_is_written_so_or_in_the_error(text):
    with suppress(PrincipalError):
        assert Principal.from_text(text).text == text
