"""Stable maps take any key and value, know their size, and never touch each other; raw memory has bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replica.principal import Principal
from replica.reject import Trap
from replica.state.canister import PAGE_BYTES, Canister
from replica.state.replicated_state import ReplicatedState
from tests.replica.state.conftest import MAP_SIZE_BYTES

KEYS = st.binary(max_size=3) | st.integers(min_value=500, max_value=520).map(lambda size: bytes(size))
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 2), KEYS, st.binary(max_size=6)), max_size=30)


@pytest.mark.parametrize("size_bytes", [0, 1, 505, 506, 507, 5_000])
def test_a_key_of_any_length_finds_its_value_again(canister: Canister, size_bytes: int):
    key = b"k" * size_bytes

    assert canister.state.map_put(0, key, b"value") is None

    assert canister.state.map_get(0, key) == b"value"
    assert list(canister.state.map_items(0)) == [(key, b"value")]
    assert canister.state.map_delete(0, key) == b"value"
    assert canister.state.map_get(0, key) is None
    assert canister.state.map_len(0) == 0


def test_long_keys_that_differ_only_at_the_end_are_different(canister: Canister):
    first, second = b"k" * 1_000 + b"1", b"k" * 1_000 + b"2"

    canister.state.map_put(0, first, b"one")
    canister.state.map_put(0, second, b"two")

    assert canister.state.map_get(0, first) == b"one"
    assert canister.state.map_get(0, second) == b"two"


def test_maps_and_canisters_do_not_see_each_other(state: ReplicatedState, canister: Canister):
    neighbour = state.canisters.create(Principal.from_counter(8), number=2)

    canister.state.map_put(1, b"key", b"mine")
    neighbour.state.map_put(1, b"key", b"theirs")
    canister.state.map_put(2, b"key", b"other map")

    assert list(canister.state.map_items(1)) == [(b"key", b"mine")]
    assert list(neighbour.state.map_items(1)) == [(b"key", b"theirs")]
    assert canister.state.map_len(1) == 1


def test_storing_returns_the_previous_value_and_counts_once(canister: Canister):
    canister.state.map_put(0, b"key", b"first")

    assert canister.state.map_put(0, b"key", b"second") == b"first"
    assert canister.state.map_len(0) == 1
    assert canister.stable_bytes == len(b"key" + b"second")


@pytest.fixture(scope="module")
def shared() -> Iterator[ReplicatedState]:
    """One state for all examples: opening one for each would be most of the time."""
    with TemporaryDirectory() as path:
        state = ReplicatedState.open(Path(path), map_size_bytes=MAP_SIZE_BYTES)
        state.begin_round(now_ns=1)
        yield state
        state.close()


@given(steps=STEPS)
@settings(deadline=None)
def test_maps_behave_like_dictionaries(shared: ReplicatedState, steps: list[tuple[bool, int, bytes, bytes]]):
    shared.subnet.next_canister_number += 1
    number = shared.subnet.next_canister_number
    canister = shared.canisters.create(Principal.from_counter(number), number)
    model: dict[int, dict[bytes, bytes]] = {0: {}, 1: {}, 2: {}}

    for is_put, memory_id, key, value in steps:
        if is_put:
            assert canister.state.map_put(memory_id, key, value) == model[memory_id].get(key)
            model[memory_id][key] = value
        else:
            assert canister.state.map_delete(memory_id, key) == model[memory_id].pop(key, None)

    for memory_id, expected in model.items():
        assert dict(canister.state.map_items(memory_id)) == expected
        assert canister.state.map_len(memory_id) == len(expected)
    sizes = [len(key) + len(value) for each in model.values() for key, value in each.items()]
    assert canister.stable_bytes == sum(sizes)


def test_raw_memory_reads_back_what_was_written_across_blocks(canister: Canister):
    assert canister.state.stable_grow(2) == 0
    data = bytes(range(256)) * 40

    canister.state.stable_write(4_000, data)

    assert canister.state.stable_read(4_000, len(data)) == data
    assert canister.state.stable_read(3_990, 10) == bytes(10)
    assert canister.state.stable_pages() == 2
    assert canister.stable_bytes == 2 * PAGE_BYTES


@pytest.mark.parametrize(("offset", "size"), [(PAGE_BYTES, 1), (PAGE_BYTES - 1, 2), (-1, 1)])
def test_raw_memory_traps_out_of_bounds(canister: Canister, offset: int, size: int):
    canister.state.stable_grow(1)

    canister.state.stable_read(PAGE_BYTES - 1, 1)
    with pytest.raises(Trap, match="out of bounds"):
        canister.state.stable_read(offset, size)
    with pytest.raises(Trap, match="out of bounds"):
        canister.state.stable_write(offset, bytes(size))


def test_what_maps_take_counts_as_pages(canister: Canister):
    canister.state.map_put(0, b"key", b"value")

    assert canister.state.stable_pages() == 1


def test_raw_memory_does_not_grow_beyond_the_limit(canister: Canister):
    assert canister.state.stable_grow(2**23) is None
    assert canister.state.stable_pages() == 0
