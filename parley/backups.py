"""`parley backup` and `parley restore`: everything of a running system that must not be lost, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parley.figures import moment, size
from parley.places import DataDirectory
from parley.problems import Problem
from replica.backup import BackupError, Manifest, restore, save

# Not in a backup: logs, and what belongs to a running system, its addresses and the operator's token.
_FILES: Final = ("deployment.json", "allowed-modules", "website", "relay-cursor.json")
_FOLDERS: Final = ("identities",)
_REPLICA_FILES: Final = ("format", "allowed-modules")
_REPLICA_FOLDERS: Final = ("keys",)


def back_up(data: DataDirectory, target: Path) -> Manifest:
    """Raises `Problem`."""
    if not (data.replica / "state").is_dir():
        raise Problem(f"{data.path} holds no replica to back up.", "Say which directory with --data.")
    files = _files(data.path, _FILES, _FOLDERS) | _files(data.replica, _REPLICA_FILES, _REPLICA_FOLDERS)
    names = {path.relative_to(data.path).as_posix(): path for path in files}
    state = data.replica / "state"
    try:
        return save(names, (state.relative_to(data.path).as_posix(), state), target)
    except BackupError as error:
        raise Problem(str(error)) from error


def bring_back(backup: Path, data: DataDirectory) -> Manifest:
    """Raises `Problem`."""
    if not backup.is_file():
        raise Problem(f"There is no file {backup}.")
    try:
        return restore(backup, data.path)
    except BackupError as error:
        raise Problem(str(error), "Nothing was changed.") from error


def _files(folder: Path, names: tuple[str, ...], folders: tuple[str, ...]) -> dict[Path, None]:
    """Those that exist, in order."""
    found = [folder / name for name in names]
    for each in folders:
        found += sorted((folder / each).glob("*"))
    return dict.fromkeys(path for path in found if path.is_file())


def describe(manifest: Manifest) -> str:
    """What is inside, for people."""
    lines = [f"{manifest.canister_count:,} canisters as of round {manifest.round_index:,}, {moment(manifest.time_ns)}"]
    for what, names in _contents(manifest).items():
        total = sum(manifest.files[name].size_bytes for name in names)
        lines.append(f"{what}: {len(names)} {'file' if len(names) == 1 else 'files'}, {size(total)}")
    return "\n".join(f"  {line}" for line in lines)


def _contents(manifest: Manifest) -> dict[str, list[str]]:
    kinds = {
        f"{manifest.state}/": "the state of all canisters, their code and their logs",
        "identities/": "private keys of the deployer, the relay and others",
        "keys/": "private keys of the replica",
        "": "deployment, allow-list and the like",
    }
    contents: dict[str, list[str]] = {}
    for name in manifest.files:
        kind = next(text for part, text in kinds.items() if part in name)
        contents.setdefault(kind, []).append(name)
    return contents
