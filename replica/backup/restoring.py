"""From a backup to a new data directory. Nothing is touched before the whole backup has been checked."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from replica.backup.archive import BackupError, Manifest, unpack, verify
from replica.state.copying import examine_state
from replica.state.directory import is_in_use
from replica.state.store import StoreError


def restore(backup: Path, into: Path) -> Manifest:
    """Make the data directory `into` from `backup`. Raises `BackupError`; then `into` is what it was.

    `into` must not exist, or be empty: what is there is never overwritten.
    """
    try:
        _check_place(into)
        manifest = verify(backup)
        into.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=into.parent) as folder:
            unpacked = Path(folder) / "data"
            unpacked.mkdir(mode=0o700)
            unpack(backup, unpacked)
            _check_state(backup, manifest, unpacked)
            _sync(unpacked)
            # Takes the place of an empty directory, and fails if anything has appeared there meanwhile.
            unpacked.rename(into)
    except (OSError, StoreError) as error:
        raise BackupError(f"The backup cannot be restored to {into}: {error}.") from error
    return manifest


def _check_place(into: Path) -> None:
    if not into.exists():
        return
    if not into.is_dir():
        raise BackupError(f"{into} is a file.")
    users = [folder for folder in (into, into / "replica") if is_in_use(folder)]
    if users:
        raise BackupError(f"A replica is running on {users[0]}. Stop it, and restore to another directory.")
    if any(into.iterdir()):
        raise BackupError(f"{into} is not empty, and nothing is overwritten. Restore to another one, or move it away.")


def _check_state(backup: Path, manifest: Manifest, unpacked: Path) -> None:
    facts = examine_state(unpacked / manifest.state)
    if facts.digest.hex() != manifest.state_digest or facts.round_index != manifest.round_index:
        raise BackupError(f"{backup} is damaged: its state is not the one that was saved.")


def _sync(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
