"""Values of any length in a map of short values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canisters.lib.stable import pieces
from tests.canisters.lib.fake_map import FakeMap

KEY = b"k001"
LENGTHS = [0, 1, 382, 383, 384, 385, 767, 768, 5_000, 255 * 384 - 1, 255 * 384, 255 * 384 + 1, 200_000]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_value_of_any_length_comes_back(length):
    records = FakeMap()
    value = bytes(number % 251 for number in range(length))

    assert pieces.put(records, KEY, value)

    assert pieces.get(records, KEY) == value


def test_a_short_value_takes_one_entry():
    records = FakeMap()

    pieces.put(records, KEY, b"x" * 200)

    assert records.len() == 1


@given(st.lists(st.integers(0, 2_000), min_size=1, max_size=6))
def test_overwriting_leaves_nothing_of_the_old_value(lengths):
    records = FakeMap()
    for length in lengths:
        pieces.put(records, KEY, b"a" * length)

    fresh = FakeMap()
    pieces.put(fresh, KEY, b"a" * lengths[-1])
    assert records.stored == fresh.stored


def test_only_the_first_put_is_new():
    records = FakeMap()

    assert [pieces.put(records, KEY, b"a" * length) for length in (10, 1_000, 10)] == [True, False, False]


@pytest.mark.parametrize("length", LENGTHS)
def test_a_removed_value_leaves_nothing(length):
    records = FakeMap()
    pieces.put(records, KEY, b"a" * length)

    assert pieces.remove(records, KEY)

    assert records.stored == {}
    assert pieces.get(records, KEY) is None
    assert not pieces.remove(records, KEY)
