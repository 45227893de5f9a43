"""A gzip tar whose bytes depend on the files alone.

Compressors differ between versions of zlib and its replacements, so the gzip stream holds stored blocks, which have
only one encoding (RFC 1951 §3.2.4). A bundle is source text of a few hundred kilobytes; that it is not squeezed costs
less than a hash nobody can reproduce. Tar headers carry no time and no owner.
"""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Mapping
from typing import Final

# RFC 1952 §2.3: magic, deflate, no flags, no time, no hints, unknown system.
_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_STORED_BLOCK_BYTES_MAX: Final = 65_535


def pack(files: Mapping[str, bytes]) -> bytes:
    return _gzip_stored(_tar(files))


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(files):
            info = tarfile.TarInfo(path)
            info.size = len(files[path])
            archive.addfile(info, io.BytesIO(files[path]))
    return buffer.getvalue()


def _gzip_stored(data: bytes) -> bytes:
    parts = [_GZIP_HEADER]
    for start in range(0, len(data), _STORED_BLOCK_BYTES_MAX):
        block = data[start : start + _STORED_BLOCK_BYTES_MAX]
        is_last = start + _STORED_BLOCK_BYTES_MAX >= len(data)
        size = len(block)
        parts += [bytes([is_last]), size.to_bytes(2, "little"), (size ^ 0xFFFF).to_bytes(2, "little"), block]
    parts += [zlib.crc32(data).to_bytes(4, "little"), (len(data) & 0xFFFFFFFF).to_bytes(4, "little")]
    return b"".join(parts)
