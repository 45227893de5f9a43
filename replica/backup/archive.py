"""The file of a backup: a plain tar, readable with any tool, whose first member tells what the others must be.

`manifest.json` holds the format, the round and digest of the state, and size and SHA-256 of each file. Names are
relative to the data directory that the files came from and go to.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final

FORMAT: Final = "parley-backup 1"

MANIFEST: Final = "manifest.json"
_MANIFEST_BYTES_MAX: Final = 4 * 2**20
_PIECE_BYTES: Final = 2**20


class BackupError(Exception):
    """The backup cannot be made or used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    round_index: int
    time_ns: int
    """Of the round, by the replica's clock."""
    canister_count: int
    state_digest: str
    state: str
    """The folder of the state."""
    files: dict[str, FileEntry]


def is_inside(name: str) -> bool:
    """Whether a file of this name stays below the folder that a backup is restored to."""
    return all(part not in ("", ".", "..") and not set(part) & {"\\", "\0"} for part in name.split("/"))


def entry_of(path: Path) -> FileEntry:
    with path.open("rb") as file:
        return FileEntry(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def write_archive(out: IO[bytes], manifest: Manifest, sources: dict[str, Path]) -> None:
    content = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1).encode()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(_member(MANIFEST, len(content)), BytesIO(content))
        for name, path in sources.items():
            with path.open("rb") as file:
                archive.addfile(_member(name, manifest.files[name].size_bytes), file)


def _member(name: str, size_bytes: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size_bytes, 0o600
    return member


def verify(path: Path) -> Manifest:
    """What a backup holds, after every byte of it was checked. Raises `BackupError`."""
    return _read(path, None)


def unpack(path: Path, into: Path) -> Manifest:
    """As `verify`, writing each file below the folder `into`, for its owner alone."""
    return _read(path, into)


def _read(path: Path, into: Path | None) -> Manifest:
    try:
        with tarfile.open(path, mode="r:") as archive:
            manifest = _manifest(archive)
            missing = dict(manifest.files)
            for member in archive:
                if member.name != MANIFEST:
                    _check_member(archive, member, missing.pop(member.name, None), into)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupError(f"{path} is no backup, or a damaged one: {error}.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error}.") from error
    if missing:
        raise BackupError(f"{path} is damaged: it ends before {next(iter(missing))!r}.")
    return manifest


def _check_member(
    archive: tarfile.TarFile, member: tarfile.TarInfo, entry: FileEntry | None, into: Path | None
) -> None:
    """Raises `ValueError` for what the manifest does not name, and for what is not as it says."""
    content = archive.extractfile(member) if member.isreg() else None
    if entry is None or content is None or member.size != entry.size_bytes:
        raise ValueError(f"{member.name!r} is not what the manifest says")
    if _passed_on(content, None if into is None else into / member.name) != entry.sha256:
        raise ValueError(f"the content of {member.name!r} has changed")


def _passed_on(content: IO[bytes], target: Path | None) -> str:
    """The SHA-256 of `content`, which goes to `target` if there is one."""
    hasher = hashlib.sha256()
    if target is None:
        for piece in iter(lambda: content.read(_PIECE_BYTES), b""):
            hasher.update(piece)
        return hasher.hexdigest()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        target.chmod(0o600)
        for piece in iter(lambda: content.read(_PIECE_BYTES), b""):
            hasher.update(piece)
            file.write(piece)
    return hasher.hexdigest()


def _manifest(archive: tarfile.TarFile) -> Manifest:
    """Raises `BackupError` or `ValueError`."""
    first = archive.next()
    content = None if first is None or first.name != MANIFEST else archive.extractfile(first)
    if first is None or content is None or first.size > _MANIFEST_BYTES_MAX:
        raise ValueError("it has no manifest")
    try:
        fields = json.loads(content.read())
        found = fields.pop("format")
        if found != FORMAT:
            raise BackupError(f"The backup has the format {found!r}, and this version reads {FORMAT!r}.")
        files = {name: FileEntry(**entry) for name, entry in fields.pop("files").items()}
        manifest = Manifest(**fields, files=files)
        are_names_good = all(map(is_inside, (*files, manifest.state)))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("its manifest cannot be read") from error
    if not are_names_good:
        raise ValueError("it names files outside of itself")
    return manifest
