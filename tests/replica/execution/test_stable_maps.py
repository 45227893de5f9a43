"""Stable maps: what goes in comes out, in Rust's order, within the declared sizes."""

from __future__ import annotations

import pytest

from replica.candid.codec import encode
from replica.candid.types import BLOB, Prim
from replica.principal import Principal
from replica.reject import Trap
from tests.replica.execution.fake_system import FakeCanister, canister


@pytest.fixture
def maps() -> FakeCanister:
    return canister("maps")


def test_insert_answers_the_previous_value(maps: FakeCanister) -> None:
    assert maps.update("put_blob", b"key", b"one") is None
    assert maps.update("put_blob", b"key", b"two") == b"one"
    assert maps.query("get_blob", b"key") == b"two"


def test_remove_answers_the_old_value(maps: FakeCanister) -> None:
    maps.update("put_blob", b"key", b"one")

    assert maps.update("remove_blob", b"key") == b"one"
    assert maps.update("remove_blob", b"key") is None
    assert maps.query("get_blob", b"key") is None


def test_a_map_knows_whether_it_is_empty_and_how_long_it_is(maps: FakeCanister) -> None:
    assert maps.query("blob_facts", b"key") == (False, True, 0)

    maps.update("put_blob", b"key", b"")

    assert maps.query("blob_facts", b"key") == (True, False, 1)


def test_keys_and_values_are_stored_as_candid_messages(maps: FakeCanister) -> None:
    maps.update("put_blob", b"key", b"value")
    maps.update("put_text", "grüße", "x" * 200)
    maps.update("put_score", 7, {"title": "a", "tags": []})

    assert maps.state.maps[0] == {encode([BLOB], [b"key"]): encode([BLOB], [b"value"])}
    assert maps.state.maps[1] == {encode([Prim("text")], ["grüße"]): encode([Prim("text")], ["x" * 200])}
    assert list(maps.state.maps[2]) == [encode([Prim("nat64")], [7])]


def test_any_iterable_of_bytes_is_a_blob(maps: FakeCanister) -> None:
    assert maps.update("put_blob_from_list") == b"x"


def test_a_key_that_fits_exactly_is_taken_and_one_byte_more_is_a_panic(maps: FakeCanister) -> None:
    maps.update("put_blob", bytes(10), b"")

    with pytest.raises(Trap, match=r"Panicked at 'Key is too large. Expected <= 20 bytes, found 21 bytes'"):
        maps.update("put_blob", bytes(11), b"")


def test_a_value_that_fits_exactly_is_taken_and_one_byte_more_is_a_panic(maps: FakeCanister) -> None:
    maps.update("put_blob", b"", bytes(20))

    with pytest.raises(Trap, match=r"Panicked at 'Value is too large. Expected <= 30 bytes, found 31 bytes'"):
        maps.update("put_blob", b"", bytes(21))


def test_a_fetched_value_is_a_copy(maps: FakeCanister) -> None:
    maps.update("put_score", 1, {"title": "a", "tags": []})

    assert maps.update("change_copy", 1) == {"title": "a", "tags": []}


def test_numbers_come_in_numeric_order(maps: FakeCanister) -> None:
    for score in (256, 1, 255, 2**40):
        maps.update("put_score", score, {"title": "", "tags": []})

    assert maps.query("score_keys") == [1, 255, 256, 2**40]


def test_blobs_and_texts_come_in_the_order_of_their_bytes(maps: FakeCanister) -> None:
    for key in (b"b", b"aa", b"\xff", b""):
        maps.update("put_blob", key, b"")
    for word in ("é", "z", "a", "aa"):
        maps.update("put_text", word, word)

    assert [key for key, _ in maps.query("all_blobs")] == [b"", b"aa", b"b", b"\xff"]
    assert maps.query("text_keys") == maps.query("text_values") == ["a", "aa", "z", "é"]


def test_principals_come_by_length_and_then_by_bytes(maps: FakeCanister) -> None:
    keys = [Principal(b"\x02\x01"), Principal(b"\xff"), Principal(b"\x01\x09"), Principal(b"")]
    for key in keys:
        maps.update("put_principal", key)

    assert maps.query("principal_keys") == [keys[3], keys[1], keys[2], keys[0]]


def test_tuples_come_item_by_item(maps: FakeCanister) -> None:
    for pair in (("b", 1), ("a", 300), ("a", 2)):
        maps.update("put_pair", pair)

    assert maps.query("pair_keys") == [("a", 2), ("a", 300), ("b", 1)]


def test_variants_come_in_the_order_of_their_declaration(maps: FakeCanister) -> None:
    for kind in ({"Ant": 2}, {"Ant": 1}, {"Zebra": None}):
        maps.update("put_kind", kind)

    assert maps.query("kind_keys") == [{"Zebra": None}, {"Ant": 1}, {"Ant": 2}]


@pytest.mark.parametrize(
    ("method", "text"), [("put_and_trap", "after the insert"), ("put_and_fail", "KeyError: 'missing'")]
)
def test_a_message_that_traps_inserts_nothing(maps: FakeCanister, method: str, text: str) -> None:
    with pytest.raises(Trap, match=text):
        maps.update(method, b"key")

    assert maps.query("blob_facts", b"key") == (False, True, 0)


def test_a_key_of_another_type_traps(maps: FakeCanister) -> None:
    with pytest.raises(Trap, match="TypeError"):
        maps.update("put_wrong_type")


def test_raw_stable_memory_reads_what_was_written() -> None:
    memory = canister("memory")

    assert memory.update("grow", 1) == {"Ok": 0}
    assert memory.update("grow64", 2) == {"Ok": 1}
    memory.update("write", 10, b"hello")
    memory.update("write64", 70_000, b"there")

    assert memory.query("read", 10, 5) == b"hello"
    assert memory.query("read64", 70_000, 5) == b"there"
    assert (memory.query("size"), memory.query("size64"), memory.query("everything")) == (3, 3, 3 * 65_536)


def test_raw_stable_memory_says_when_there_is_no_more() -> None:
    memory = canister("memory")

    assert memory.update("grow", 65_537) == {"Err": {"OutOfMemory": None}}
    assert memory.update("grow64", 10**9) == {"Err": {"OutOfMemory": None}}


def test_raw_stable_memory_traps_out_of_bounds() -> None:
    memory = canister("memory")

    with pytest.raises(Trap, match="out of bounds"):
        memory.query("read", 0, 1)
    with pytest.raises(Trap, match="out of bounds"):
        memory.update("write64", 0, b"x")
