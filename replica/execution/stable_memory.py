"""Raw stable memory, as the 32-bit and 64-bit functions of `_kybra_ic`.

The 32-bit view ends at 4 GiB: beyond it, its functions trap and growing fails, as on the Internet Computer.
"""

from __future__ import annotations

from typing import Any, Final

from replica.execution.arguments import blob, natural
from replica.execution.running import Host, Running
from replica.reject import Trap

_PAGE_BYTES: Final = 65_536
_PAGES_OF_32_BITS: Final = 65_536


class StableMemory(Host):
    __slots__ = ()

    def stable_size(self) -> int:
        return self._pages_in_32_bits(self._running())

    def stable64_size(self) -> int:
        return self._running().state.stable_pages()

    def stable_grow(self, pages: Any) -> dict[str, Any]:
        running, count = self._running(), natural(pages, 32)
        if self._pages_in_32_bits(running) + count > _PAGES_OF_32_BITS:
            return _grown(None)
        return _grown(running.state.stable_grow(count))

    def stable64_grow(self, pages: Any) -> dict[str, Any]:
        return _grown(self._running().state.stable_grow(natural(pages, 64)))

    def stable_read(self, offset: Any, length: Any) -> bytes:
        self._pages_in_32_bits(self._running())
        return self._read(natural(offset, 32), natural(length, 32))

    def stable64_read(self, offset: Any, length: Any) -> bytes:
        return self._read(natural(offset, 64), natural(length, 64))

    def stable_write(self, offset: Any, data: Any) -> None:
        self._pages_in_32_bits(self._running())
        self._write(natural(offset, 32), blob(data))

    def stable64_write(self, offset: Any, data: Any) -> None:
        self._write(natural(offset, 64), blob(data))

    def stable_bytes(self) -> bytes:
        return self._read(0, self._pages_in_32_bits(self._running()) * _PAGE_BYTES)

    def _read(self, offset: int, length: int) -> bytes:
        running = self._running()
        try:
            return running.state.stable_read(offset, length)
        except Trap as trap:
            running.fail(trap)

    def _write(self, offset: int, data: bytes) -> None:
        running = self._running()
        try:
            running.state.stable_write(offset, data)
        except Trap as trap:
            running.fail(trap)

    def _pages_in_32_bits(self, running: Running) -> int:
        pages = running.state.stable_pages()
        if pages > _PAGES_OF_32_BITS:
            running.fail(Trap("32 bit stable memory api used on a memory larger than 4GB"))
        return pages


def _grown(old_pages: int | None) -> dict[str, Any]:
    return {"Err": {"OutOfMemory": None}} if old_pages is None else {"Ok": old_pages}
