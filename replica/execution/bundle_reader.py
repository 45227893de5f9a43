"""Opens a bundle: the gzip tar of a canister's files, from bytes that anybody may have sent.

Nothing is written to disk and nothing is trusted: sizes are bounded before memory is spent, paths are plain relative
ones, and only source, the manifest and the interface are accepted.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from replica.execution.imports import IMPORT_ROOT
from replica.execution.packages import kybra_version
from replica.execution.system_api import InvalidModule

MAGIC: Final = b"\x1f\x8b\x08"
_UNPACKED_BYTES_MAX: Final = 24 * 1024 * 1024
# Held twice for a moment: the archive, and the files in it.
_FILES_MAX: Final = 4_000
_SOURCE_PATH: Final = re.compile(r"(?:[A-Za-z_]\w*/)*[A-Za-z_]\w*\.py", re.ASCII)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bundle:
    name: str
    entry_path: str
    own: frozenset[str]
    """The top-level modules and packages that are the canister's, not other people's; all its rules hold for them."""
    sources: Mapping[str, bytes]
    """Python files by path."""
    interface: str | None
    """The reviewed `.did` text, if the bundle brings one."""


def read_bundle(data: bytes) -> Bundle:
    """The files of a bundle, or `InvalidModule` saying what is wrong with it."""
    files = _untar(_gunzip(data))
    manifest = _manifest(files)
    name = manifest["name"]
    interface = files.pop(f"{name}.did", None)
    files.pop("manifest.json")
    for path in files:
        if not _SOURCE_PATH.fullmatch(path):
            raise InvalidModule(f"the bundle holds {path!r}, which is not a Python source file")
    entry_path = manifest.get("entry", f"{IMPORT_ROOT}/{name}/main.py")
    if entry_path not in files:
        raise InvalidModule(f"the bundle has no entry {entry_path}")
    own = frozenset(map(str, manifest.get("own", (IMPORT_ROOT,))))
    return Bundle(name, entry_path, own, files, None if interface is None else _text(interface))


def _gunzip(data: bytes) -> bytes:
    if not data.startswith(MAGIC):
        raise InvalidModule("the module is not a bundle: it does not start as a gzip file")
    unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        unpacked = unzip.decompress(data, _UNPACKED_BYTES_MAX)
    except zlib.error as error:
        raise InvalidModule(f"the bundle cannot be unpacked: {error}") from error
    if not unzip.eof or unzip.unused_data:
        raise InvalidModule("the bundle is cut short, or larger than 24 MiB unpacked")
    return unpacked


def _untar(data: bytes) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or member.name in files or len(files) >= _FILES_MAX:
                    raise InvalidModule(f"the bundle holds {member.name!r}, which is not a plain file of its own")
                files[member.name] = content.read()
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise InvalidModule(f"the bundle is not a tar archive: {error}") from error
    return files


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(files["manifest.json"])
        name, kybra = manifest["name"], manifest["kybra"]
        is_well_formed = isinstance(manifest.get("entry", ""), str) and isinstance(manifest.get("own", []), list)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InvalidModule("the bundle has no readable manifest.json") from error
    if not is_well_formed:
        raise InvalidModule("the bundle has no readable manifest.json")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidModule(f"the manifest names no canister: {name!r}")
    if kybra != kybra_version():
        raise InvalidModule(f"the bundle is for Kybra {kybra!r}, this host has {kybra_version()}")
    return manifest


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise InvalidModule("the interface in the bundle is not UTF-8 text") from error
