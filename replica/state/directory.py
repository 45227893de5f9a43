"""The data directory: who may use it, which format it has, and the secrets in it.

The directory and everything in it is for the account that the replica runs under. What others could read of the state
is closed again at every start; a secret that others could read is no secret any more, so that ends it.

format      one line that names the layout; another line is refused rather than guessed at
lock        held by the process that uses the directory
keys/       one file per secret, readable by the owner only
state/      the LMDB environment
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o700
_OTHERS: Final = 0o077
FORMAT: Final = "parley-replica 1"


class DirectoryError(Exception):
    """The data directory cannot be used; the message says what to do."""


class DataDirectory:
    """A data directory that this process alone uses until `close`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        self._lock = _lock(path)
        try:
            _check_format(path)
            _close_to_others(path)
        except BaseException:
            self.close()
            raise

    @property
    def state_path(self) -> Path:
        return state_path(self.path)

    def secret(self, name: str, generate: Callable[[], bytes], *, size_bytes: int | None = None) -> bytes:
        """The secret called `name`, made by `generate` the first time. Raises `DirectoryError`.

        A state is never older than its secrets, so one that is missing beside a state was lost.
        """
        path = self.path / "keys" / name
        if not path.exists():
            if (self.state_path / "data.mdb").exists():
                raise DirectoryError(f"{path} is missing; restore it, or use another data directory")
            path.parent.mkdir(mode=_OWNER_ONLY, exist_ok=True)
            write_durably(path, generate())
        check_secret(path)
        secret = path.read_bytes()
        if size_bytes is not None and len(secret) != size_bytes:
            raise DirectoryError(f"{path} is damaged; restore it, or use another data directory")
        return secret

    def close(self) -> None:
        os.close(self._lock)


def check_secret(path: Path) -> None:
    """Raises `DirectoryError` if others than its owner can get at the secret in `path`."""
    if path.stat().st_mode & _OTHERS:
        raise DirectoryError(
            f"{path} can be read by others than its owner. If nobody did, `chmod 600 {path}` closes it again; "
            "if somebody did, they can sign as this replica, and only another data directory helps"
        )


def _close_to_others(path: Path) -> None:
    """Only what is ours: a directory that says it is a replica's data, and its state."""
    for each in (path, path / "keys", path / "state", *(path / "state").glob("*.mdb")):
        found = each.stat() if each.exists() else None
        if found is not None and found.st_mode & _OTHERS and found.st_uid == os.geteuid():
            each.chmod(found.st_mode & 0o777 & ~_OTHERS)


def state_path(path: Path) -> Path:
    """Where the state of the data directory `path` lies, for processes that only read it."""
    return path / "state"


def _lock(path: Path) -> int:
    descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        os.close(descriptor)
        raise DirectoryError(f"the data directory {path} is in use by another replica (process {holder})") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _check_format(path: Path) -> None:
    file = path / "format"
    if not file.exists():
        if (path / "state").exists():
            raise DirectoryError(f"{path} holds a state but does not say in which format; use another data directory")
        write_durably(file, f"{FORMAT}\n".encode())
    found = file.read_text(errors="replace").strip()
    if found != FORMAT:
        raise DirectoryError(
            f"{path} was written in the format {found!r}, and this version reads {FORMAT!r}: "
            "use another data directory, or the version that wrote this one"
        )


def write_durably(path: Path, data: bytes) -> None:
    """Create `path` whole or not at all, whatever happens to the machine meanwhile."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def is_in_use(path: Path) -> bool:
    """Whether a replica runs on the directory `path` right now."""
    try:
        descriptor = os.open(path / "lock", os.O_RDWR | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        return True  # somebody else's: better not to touch it
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
