"""Messages between canisters: the envelope, and what strangers may put into it."""

import contextlib

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canisters.lib import c2c, fields


@given(st.binary(max_size=40_000))
def test_a_candid_blob_comes_back(payload):
    assert c2c.from_candid(c2c.to_candid(payload)) == payload


def test_the_candid_is_that_of_one_blob():
    assert c2c.to_candid(b"abc") == b"DIDL\x01\x6d\x7b\x01\x00\x03abc"
    assert c2c.to_candid(b"a" * 200)[9:11] == b"\xc8\x01"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"DIDL",
        b"DIDL\x00\x00",
        b"DIDL\x01\x6d\x7b\x01\x00",
        b"DIDL\x01\x6d\x7b\x01\x00\x05abc",
        b"DIDL\x01\x6d\x7b\x01\x00\x02abc",
        b"DIDL\x01\x6d\x7b\x01\x00\xff\xff\xff\xff\xff\xff\xff\xff",
        b"DIDL\x01\x6d\x7b\x01\x00\x80",
    ],
)
def test_an_answer_that_is_no_blob_is_refused(data):
    with pytest.raises(c2c.C2cError):
        c2c.from_candid(data)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xc1",
        b"\x81",
        b"\x93\x01",
        msgpack.packb([1, 2]),
        msgpack.packb("text"),
        msgpack.packb({"a": 1}) + b"\x00",
        msgpack.packb({1: 2}),
        b"\x81\xa1\xff\x01",
        b"\xdf\xff\xff\xff\xff",
        b"\x91" * 5_000,
    ],
    ids=range(11),
)
def test_a_malformed_message_is_a_clear_error(payload):
    with pytest.raises(c2c.C2cError):
        c2c.decode(payload)


@given(st.binary(max_size=300))
def test_random_bytes_decode_to_a_map_or_to_a_clear_error(payload):
    with contextlib.suppress(c2c.C2cError):
        assert isinstance(c2c.decode(payload), dict)


def test_a_message_above_two_megabytes_is_refused():
    with pytest.raises(c2c.C2cError, match="too large"):
        c2c.decode(c2c.encode({"a": b"x" * 2_000_000}))


def test_requests_carry_the_protocol_version():
    assert c2c.request(user_id=b"u") == {"user_id": b"u", "v": 1}


def test_a_reply_without_a_case_is_refused():
    assert c2c.case({"Success": {"next": 1}}) == ("Success", {"next": 1})
    with pytest.raises(c2c.C2cError):
        c2c.case({})


MESSAGE = {"count": 7, "name": "alice", "id": b"abc", "yes": True, "list": [1], "nothing": None}


def test_fields_of_the_right_type_are_read():
    assert fields.nat32(MESSAGE, "count") == 7
    assert fields.text(MESSAGE, "name") == "alice"
    assert fields.principal(MESSAGE, "id") == b"abc"
    assert fields.flag(MESSAGE, "yes") is True
    assert fields.items(MESSAGE, "list") == [1]
    assert fields.nat32_or_none(MESSAGE, "nothing") is None
    assert fields.nat64_or_none(MESSAGE, "absent") is None


def test_absent_fields_have_the_default_of_the_reader():
    assert fields.nat64({}, "count", 3) == 3
    assert fields.flag({}, "yes", False) is False
    with pytest.raises(fields.FieldError):
        fields.text({}, "name")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (fields.nat32, -1),
        (fields.nat32, 2**32),
        (fields.nat32, True),
        (fields.nat32, "7"),
        (fields.nat64, 2**64),
        (fields.text, b"alice"),
        (fields.blob, "abc"),
        (fields.principal, b"x" * 30),
        (fields.flag, 1),
        (fields.items, {}),
        (fields.nat32_or_none, "7"),
    ],
)
def test_fields_of_another_type_are_refused(read, value):
    with pytest.raises(fields.FieldError):
        read({"field": value}, "field")
