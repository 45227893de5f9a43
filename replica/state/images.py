"""Byte strings too long for one record: written and read at any offset, stored in blocks.

A block that was never written is absent. `Image.read` shows it as zeros, so a memory that is mostly empty costs what it
holds; `ImageReader` ends there, because what is read through it must be whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from replica.state.store import Table

# An LMDB overflow page of 4096 bytes less its header, so that a block takes one page. LMDB holds 131,072 pages, or runs
# of pages, that a transaction wrote, before it sends them to the file: with blocks of a page, half a gibibyte.
BLOCK_BYTES: Final = 4_080


class Image:
    """The byte string whose blocks have keys that start with `prefix`. Its owner knows how long it is."""

    __slots__ = ("_prefix", "_table")

    def __init__(self, table: Table, prefix: bytes) -> None:
        self._table = table
        self._prefix = prefix

    def read(self, offset: int, size: int) -> bytes:
        parts = []
        while size > 0:
            number, start = divmod(offset, BLOCK_BYTES)
            part = (self.block(number) or bytes(BLOCK_BYTES))[start : start + size]
            parts.append(part)
            offset, size = offset + len(part), size - len(part)
        return b"".join(parts)

    def write(self, offset: int, data: bytes) -> None:
        position = 0
        while position < len(data):
            number, start = divmod(offset + position, BLOCK_BYTES)
            part = data[position : position + BLOCK_BYTES - start]
            position += len(part)
            if len(part) < BLOCK_BYTES:
                block = self.block(number) or bytes(BLOCK_BYTES)
                part = block[:start] + part + block[start + len(part) :]
            self.put_block(number, part)

    def block(self, number: int) -> bytes | None:
        return self._table.get(self._key(number))

    def put_block(self, number: int, block: bytes) -> None:
        """Store a block; the last one may be shorter than the others."""
        self._table.put(self._key(number), block + bytes(BLOCK_BYTES - len(block)))

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """The blocks that are there, in order, with their numbers. The store may be written to meanwhile."""
        for batch in self._table.batches(self._prefix):
            for key, block in batch:
                yield int.from_bytes(key[len(self._prefix) :], "big"), block

    def _key(self, number: int) -> bytes:
        return self._prefix + number.to_bytes(5, "big")


class ImageWriter:
    """Fills an image from its beginning, holding no more than one block and what is appended."""

    __slots__ = ("_image", "_number", "_pending", "size")

    def __init__(self, image: Image) -> None:
        self._image = image
        self._pending = bytearray()
        self._number = 0
        self.size = 0

    def append(self, data: bytes) -> None:
        self._pending += data
        self.size += len(data)
        while len(self._pending) >= BLOCK_BYTES:
            self._put()

    def close(self) -> None:
        if self._pending:
            self._put()

    def _put(self) -> None:
        self._image.put_block(self._number, bytes(self._pending[:BLOCK_BYTES]))
        del self._pending[:BLOCK_BYTES]
        self._number += 1


class ImageReader:
    """Reads an image of `size` bytes from its beginning, holding no more than one block and what is asked for."""

    __slots__ = ("_block", "_image", "_number", "_start", "left")

    def __init__(self, image: Image, size: int) -> None:
        self._image = image
        self._block = b""
        self._start = 0
        self._number = 0
        self.left = size

    def take(self, size: int) -> bytes | None:
        """The next `size` bytes; None if fewer are left, or some of them were never written."""
        if size > self.left:
            return None
        self.left -= size
        data = self._block[self._start : self._start + size]
        self._start += len(data)
        return data if len(data) == size else self._take_more(data, size - len(data))

    def _take_more(self, data: bytes, size: int) -> bytes | None:
        parts = [data]
        while size > 0:
            block = self._image.block(self._number)
            if block is None:
                return None
            self._number += 1
            self._block, self._start = block, min(size, BLOCK_BYTES)
            parts.append(block[: self._start])
            size -= self._start
        return b"".join(parts)
