"""Memory becomes an image and an image memory again, whatever is in it and in whatever pieces it is written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replica.principal import Principal
from replica.state.canister import PAGE_BYTES, Canister
from replica.state.images import BLOCK_BYTES, Image, ImageReader, ImageWriter
from replica.state.memory_images import ImageError, read_maps, read_raw, write_maps, write_raw
from replica.state.replicated_state import ReplicatedState
from tests.replica.state.conftest import MAP_SIZE_BYTES

KEYS = st.binary(max_size=4) | st.tuples(st.integers(490, 520), st.binary(max_size=3)).map(
    lambda parts: bytes(parts[0]) + parts[1]
)
ENTRIES = st.dictionaries(st.tuples(st.integers(0, 255), KEYS), st.binary(max_size=9), max_size=30)
WRITES = st.lists(st.tuples(st.integers(0, 3 * PAGE_BYTES - 9), st.binary(min_size=1, max_size=9)), max_size=8)


@pytest.fixture
def image(state: ReplicatedState, canister: Canister) -> Image:
    return Image(state.store.tables["snapshot_images"], b"image")


@given(entries=ENTRIES, writes=WRITES)
@settings(max_examples=60, deadline=None)
def test_any_memory_is_the_same_after_it_was_an_image(
    entries: dict[tuple[int, bytes], bytes], writes: list[tuple[int, bytes]]
):
    with TemporaryDirectory() as folder:
        state = ReplicatedState.open(Path(folder) / "state", map_size_bytes=MAP_SIZE_BYTES)
        state.begin_round(now_ns=1)
        one, two = (state.canisters.create(Principal.from_counter(number), number=number) for number in (1, 2))
        maps, raw = (Image(state.store.tables["snapshot_images"], name) for name in (b"maps", b"raw"))
        for (memory_id, key), value in entries.items():
            one.state.map_put(memory_id, key, value)
        one.state.stable_grow(3)
        for offset, data in writes:
            one.state.stable_write(offset, data)

        read_maps(two, maps, write_maps(one, maps), entry_bytes_max=100 + 520)
        read_raw(two, raw, write_raw(one, raw))

        assert sorted(two.state.entries()) == sorted((*place, value) for place, value in entries.items())
        assert two.state.stable_read(0, 3 * PAGE_BYTES) == one.state.stable_read(0, 3 * PAGE_BYTES)
        assert (two.map_totals, two.stable_bytes) == (one.map_totals, one.stable_bytes)
        state.close()


@given(writes=st.lists(st.tuples(st.integers(0, 3 * BLOCK_BYTES), st.integers(0, 2 * BLOCK_BYTES)), max_size=6))
@settings(max_examples=30, deadline=None)
def test_an_image_holds_what_was_written_wherever_it_was_written(writes: list[tuple[int, int]]):
    with TemporaryDirectory() as folder:
        state = ReplicatedState.open(Path(folder) / "state", map_size_bytes=MAP_SIZE_BYTES)
        state.begin_round(now_ns=1)
        image, expected = Image(state.store.tables["snapshot_images"], b"image"), bytearray(5 * BLOCK_BYTES)
        for number, (offset, size) in enumerate(writes):
            image.write(offset, bytes([number + 1]) * size)
            expected[offset : offset + size] = bytes([number + 1]) * size

        assert image.read(0, len(expected)) == expected
        assert image.read(BLOCK_BYTES - 1, 2) == expected[BLOCK_BYTES - 1 : BLOCK_BYTES + 1]
        state.close()


@pytest.mark.parametrize("part_bytes", [1, 1_000, BLOCK_BYTES, 3 * BLOCK_BYTES])
def test_what_is_appended_is_read_in_parts_of_any_size(image: Image, part_bytes: int):
    data = bytes(range(256)) * 600
    writer = ImageWriter(image)
    for start in range(0, len(data), 999):
        writer.append(data[start : start + 999])
    writer.close()

    reader = ImageReader(image, writer.size)
    parts = []
    while reader.left:
        parts.append(reader.take(min(reader.left, part_bytes)) or b"")

    assert b"".join(parts) == data
    assert reader.take(1) is None


def test_a_reader_ends_where_a_block_was_never_written(image: Image):
    image.write(0, b"x" * BLOCK_BYTES)
    image.write(2 * BLOCK_BYTES, b"z")

    reader = ImageReader(image, 2 * BLOCK_BYTES + 1)

    assert reader.take(BLOCK_BYTES) == b"x" * BLOCK_BYTES
    assert reader.take(1) is None


def test_batches_show_every_item_of_the_prefix_once_while_others_are_written(
    state: ReplicatedState, canister: Canister
):
    table, other = state.store.tables["maps"], state.store.tables["pages"]
    keys = [b"p" + number.to_bytes(2, "big") for number in range(30)] + [b"p" + b"\xff" * 510]
    for key in [b"o", *keys, b"q"]:
        table.put(key, bytes(200_000))

    seen = []
    for batch in table.batches(b"p"):
        assert sum(len(value) for _, value in batch) <= 2**20 + 200_000
        for key, value in batch:
            seen.append(key)
            other.put(key, value)

    assert seen == keys
    table.delete_prefix(b"p")
    assert list(table.keys()) == [b"o", b"q"]
    assert list(other.keys()) == keys


PIECES = st.lists(
    st.binary(max_size=40)
    | st.tuples(st.integers(0, 255), st.integers(0, 30), st.integers(0, 2**32 - 1), st.binary(max_size=60)).map(
        lambda parts: bytes([parts[0]]) + parts[1].to_bytes(4, "big") + parts[2].to_bytes(4, "big") + parts[3]
    ),
    max_size=6,
)


@given(image_bytes=PIECES.map(b"".join), missing=st.integers(0, 9_000))
@settings(max_examples=150, deadline=None)
def test_whatever_an_image_is_it_becomes_maps_or_is_refused(image_bytes: bytes, missing: int):
    with TemporaryDirectory() as folder:
        state = ReplicatedState.open(Path(folder) / "state", map_size_bytes=MAP_SIZE_BYTES)
        state.begin_round(now_ns=1)
        canister = state.canisters.create(Principal.from_counter(1), number=1)
        image = Image(state.store.tables["snapshot_images"], b"image")
        image.write(0, image_bytes)

        with suppress(ImageError):
            read_maps(canister, image, len(image_bytes) + missing, entry_bytes_max=1_000)

        assert all(len(key) + len(value) <= 1_000 for _, key, value in canister.state.entries())
        state.close()
