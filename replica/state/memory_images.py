"""A canister's memory as images, which snapshots keep, and memory made of images again.

Raw stable memory is its own image, byte for byte and in the same blocks. The entries of all stable maps follow each
other in one image, each key once: memory id (1 byte), length of the key and of the value (4 bytes each, big-endian),
key, value. Everything is read a part at a time. An image may come from outside, so reading one checks everything: what
is wrong raises `ImageError`, and the caller's transaction undoes the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from replica.state.canister import PAGE_BYTES, Canister
from replica.state.images import Image, ImageReader, ImageWriter

_HEADER: Final = struct.Struct(">BII")
# More than any message could have brought; it bounds what a forged image makes us hold at once.
ENTRY_BYTES_MAX: Final = 64 * 2**20


class ImageError(Exception):
    """The image is not one of a memory."""


# -- Maps ------------------------------------------------------------------------------------------------------------


def write_maps(canister: Canister, image: Image) -> int:
    """Fill an empty image with the maps of a canister, and return how long it is."""
    writer = ImageWriter(image)
    for memory_id, key, value in canister.state.entries():
        writer.append(_HEADER.pack(memory_id, len(key), len(value)))
        writer.append(key)
        writer.append(value)
    writer.close()
    return writer.size


def read_maps(canister: Canister, image: Image, size: int, *, entry_bytes_max: int | None) -> None:
    """Put the entries of an image into the maps of a canister, which are empty. Raises `ImageError`."""
    for memory_id, key, value in _entries(ImageReader(image, size), entry_bytes_max):
        # This also ends a long image of zeros at its second entry.
        if canister.state.map_put(memory_id, key, value) is not None:
            raise ImageError("it has a key twice")


def _entries(reader: ImageReader, entry_bytes_max: int | None) -> Iterator[tuple[int, bytes, bytes]]:
    while reader.left:
        header = reader.take(_HEADER.size)
        if header is None:
            raise ImageError("it ends inside an entry, or a part of it is missing")
        memory_id, key_bytes, value_bytes = _HEADER.unpack(header)
        if entry_bytes_max is not None and key_bytes + value_bytes > entry_bytes_max:
            raise ImageError(f"an entry has more than {entry_bytes_max} bytes")
        key = reader.take(key_bytes)
        value = reader.take(value_bytes)
        if key is None or value is None:
            raise ImageError("it ends inside an entry, or a part of it is missing")
        yield memory_id, key, value


# -- Raw memory ------------------------------------------------------------------------------------------------------


def write_raw(canister: Canister, image: Image) -> int:
    """Copy raw stable memory into an empty image, and return its size. What was never written stays absent."""
    for number, block in canister.state.raw_blocks():
        image.put_block(number, block)
    return canister.raw_pages * PAGE_BYTES


def read_raw(canister: Canister, image: Image, size: int) -> None:
    """Copy an image of `size` bytes, which are whole pages, into the raw memory of a canister, which is empty."""
    if canister.state.stable_grow(size // PAGE_BYTES) is None:
        raise ImageError("it needs more stable memory than a canister may have")
    for number, block in image.blocks():
        if block.count(0) != len(block):
            canister.state.put_raw_block(number, block)
