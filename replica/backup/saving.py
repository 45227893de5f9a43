"""From a data directory to a backup, whether the replica runs or not."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from replica.backup.archive import BackupError, Manifest, entry_of, is_inside, write_archive
from replica.state.copying import DATA_FILE, copy_state, examine_state
from replica.state.store import StoreError


def save(files: dict[str, Path], state: tuple[str, Path], target: Path) -> Manifest:
    """Write a new file `target`, which its owner alone can read. Raises `BackupError`; then there is no such file.

    `files` are by the name they have in the backup; `state` is the name and the place of a state. They are read before
    the state is, so that what the state needs to be used is not younger than itself.
    """
    for each in files:
        if not is_inside(each):
            raise BackupError(f"The file {each!r} has a name that no backup can hold: rename it.")
    if target.exists():
        raise BackupError(f"{target} exists. A backup is never overwritten: choose another name.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
            sources = _copied(files, Path(folder) / "files")
            name, source = state
            copy_state(source, Path(folder) / "state")
            facts = examine_state(Path(folder) / "state")
            sources[f"{name}/{DATA_FILE}"] = Path(folder) / "state" / DATA_FILE
            entries = {each: entry_of(path) for each, path in sources.items()}
            manifest = Manifest(
                facts.round_index, facts.time_ns, facts.canister_count, facts.digest.hex(), name, entries
            )
            with _new_file(target) as descriptor, os.fdopen(descriptor, "wb") as out:
                write_archive(out, manifest, sources)
                out.flush()
                os.fsync(out.fileno())
            return manifest
    except (OSError, StoreError) as error:
        raise BackupError(f"The backup cannot be made: {error}.") from error


def _copied(files: dict[str, Path], folder: Path) -> dict[str, Path]:
    """Small files change by being replaced, so each is read at one moment."""
    copies: dict[str, Path] = {}
    folder.mkdir()
    for index, (name, path) in enumerate(files.items()):
        copies[name] = folder / str(index)
        copies[name].write_bytes(path.read_bytes())
    return copies


@contextlib.contextmanager
def _new_file(target: Path) -> Iterator[int]:
    """A file that appears under its name when it is complete, and never in the place of another."""
    draft = target.with_name(target.name + ".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        yield descriptor
        os.link(draft, target)
    finally:
        draft.unlink()
