"""Backups of a replica that runs, what is restored from them, and what is not."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from replica.backup import BackupError, Manifest, restore, save, verify
from replica.principal import Principal
from tests.fixtures.replica import LocalReplica

ROOT = Path(__file__).parent.parent.parent.parent
SAVE = """
import sys
from pathlib import Path
from replica.backup import save
data, target = map(Path, sys.argv[1:])
files = {"format": data / "format", "keys/root_key": data / "keys/root_key", "keys/node_key": data / "keys/node_key"}
save(files, ("state", data / "state"), target)
"""
"""The state is open in this process, so another one has to copy it, as `parley backup` is another one."""


def start_saving(replica: LocalReplica, target: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SAVE, str(replica.directory), str(target)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def saved(replica: LocalReplica, target: Path) -> Path:
    process = start_saving(replica, target)
    _, error = process.communicate()
    assert process.returncode == 0, error
    return target


@pytest.fixture
def backup(replica: LocalReplica, notebook: Principal, tmp_path: Path) -> Path:
    replica.update(notebook, "write", b"kept")
    return saved(replica, tmp_path / "backup")


def reopened(replica: LocalReplica, directory: Path) -> LocalReplica:
    other = LocalReplica(directory, engine=replica.engine, clock=replica.clock, rng=replica.rng)
    other._nonce = replica._nonce  # requests known already are not executed again
    return other


def test_a_backup_under_load_is_the_state_after_one_round(replica, notebook, tmp_path):
    digests = {}
    process = start_saving(replica, tmp_path / "backup")
    count = 0
    while process.poll() is None or count < 10:
        replica.update(notebook, "write", b"note %d" % count)
        digests[replica.core._state.subnet.round_index] = (replica.core.state_digest().hex(), count)
        count += 1
    _, error = process.communicate()
    assert process.returncode == 0, error

    manifest = restore(tmp_path / "backup", tmp_path / "restored")

    digest, last = digests[manifest.round_index]
    assert manifest.state_digest == digest
    other = reopened(replica, tmp_path / "restored")
    assert other.query(notebook, "read") == b"note %d" % last
    other.update(notebook, "write", b"and it goes on")
    assert other.query(notebook, "read") == b"and it goes on"
    assert other.core.root_key_der == replica.core.root_key_der
    other.close()


def test_what_is_saved_and_restored_is_for_its_owner_alone(backup, tmp_path):
    restore(backup, tmp_path / "restored")

    files = [path for path in (tmp_path / "restored").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in [backup, *files]} == {0o600}
    assert stat.S_IMODE((tmp_path / "restored").stat().st_mode) == 0o700
    assert {path.name for path in files} == {"format", "root_key", "node_key", "data.mdb"}


def test_nothing_is_left_beside_a_backup_or_what_was_restored(backup, tmp_path):
    restore(backup, tmp_path / "restored")

    assert {path.name for path in tmp_path.iterdir()} == {"data", "backup", "restored"}


def test_a_backup_is_never_overwritten(backup, replica):
    before = backup.read_bytes()

    process = start_saving(replica, backup)

    assert "is never overwritten" in process.communicate()[1]
    assert backup.read_bytes() == before


def test_a_replica_that_is_stopped_is_saved_too(replica, notebook, tmp_path):
    digest = replica.core.state_digest().hex()
    replica.close()

    state = replica.directory / "state"
    manifest = save({"format": replica.directory / "format"}, ("state", state), tmp_path / "backup")

    assert manifest == verify(tmp_path / "backup")
    assert manifest.state_digest == digest
    replica.core = replica._open()


def test_a_backup_that_cannot_be_made_leaves_nothing(tmp_path):
    with pytest.raises(BackupError, match="cannot be"):
        save({}, ("state", tmp_path / "nothing here"), tmp_path / "backup")

    assert not list(tmp_path.iterdir())


# -- What is refused -------------------------------------------------------------------------------------------------


def test_a_directory_with_something_in_it_is_not_overwritten(backup, tmp_path):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "precious").write_text("mine")

    with pytest.raises(BackupError, match="not empty"):
        restore(backup, place)

    assert [path.name for path in place.iterdir()] == ["precious"]


def test_an_empty_directory_is_as_good_as_none(backup, tmp_path):
    (tmp_path / "empty").mkdir()

    restore(backup, tmp_path / "empty")

    assert (tmp_path / "empty" / "format").exists()


def test_a_running_replica_is_not_restored_onto(backup, replica, notebook):
    with pytest.raises(BackupError, match="A replica is running"):
        restore(backup, replica.directory)
    with pytest.raises(BackupError, match="not empty"):
        restore(backup, replica.directory.parent)

    assert replica.query(notebook, "read") == b"kept"


def test_damage_anywhere_is_noticed_before_anything_is_touched(backup, tmp_path):
    content = backup.read_bytes()
    with tarfile.open(backup) as archive:
        places = [member.offset_data + member.size // 2 for member in archive if member.size]

    for place in [*places, 300]:
        backup.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(BackupError):
            restore(backup, tmp_path / "restored")
        assert not (tmp_path / "restored").exists()

    backup.write_bytes(content)
    assert restore(backup, tmp_path / "restored").canister_count == 1


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9])
def test_a_backup_that_is_cut_short_is_refused(backup, tmp_path, part):
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * part)])

    with pytest.raises(BackupError):
        restore(backup, tmp_path / "restored")


def remade(backup: Path, *, manifest: dict[str, object] | None = None, **members: tarfile.TarInfo) -> None:
    """The same backup with another manifest, or with more members."""
    with tarfile.open(backup) as archive:
        kept = [(member, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr]
    with tarfile.open(backup, "w") as archive:
        for member, content in kept:
            if member.name == "manifest.json" and manifest is not None:
                content = json.dumps(json.loads(content) | manifest).encode()
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for added in members.values():
            archive.addfile(added)


def link(name: str, to: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, to
    return member


EMPTY = {"size_bytes": 0, "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside", ".hidden", "a//b", "a\\b", ""])
def test_names_that_lead_elsewhere_are_refused(backup, tmp_path, name):
    remade(backup, manifest={"files": {name: EMPTY}}, outside=tarfile.TarInfo(name))

    with pytest.raises(BackupError):
        restore(backup, tmp_path / "restored")

    assert not (tmp_path / "outside").exists()


def test_links_and_files_that_nobody_announced_are_refused(backup, tmp_path):
    remade(backup, more=link("identities", "/etc"))

    with pytest.raises(BackupError, match="not what the manifest says"):
        restore(backup, tmp_path / "restored")


@pytest.mark.parametrize(
    "manifest",
    [
        {"format": "parley-backup 2"},
        {"format": None},
        {"files": []},
        {"files": {"a": {}}},
        {"state": 5},
        {"state": "../state"},
        {"more": 1},
        {"state_digest": "00"},
        {"round_index": 1_000_000},
    ],
)
def test_a_manifest_that_says_something_else_is_refused(backup, tmp_path, manifest):
    remade(backup, manifest=manifest)

    with pytest.raises(BackupError):
        restore(backup, tmp_path / "restored")

    assert not (tmp_path / "restored").exists()


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    (tmp_path / "letter").write_text("dear backup")

    with pytest.raises(BackupError, match="no backup"):
        verify(tmp_path / "letter")


def test_what_was_verified_is_what_was_saved(backup):
    manifest = verify(backup)

    assert isinstance(manifest, Manifest)
    assert set(manifest.files) == {"format", "keys/root_key", "keys/node_key", "state/data.mdb"}


@pytest.mark.parametrize("name", ["deployer.pem~", ".DS_Store", "alice smith.pem", "alice@home.pem", "ключ.pem"])
def test_whatever_is_saved_can_be_restored(backup, tmp_path, name):
    files = {f"identities/{name}": tmp_path / "key"}
    (tmp_path / "key").write_bytes(b"secret")
    restore(backup, tmp_path / "first")

    save(files, ("state", tmp_path / "first" / "state"), tmp_path / "second")
    restore(tmp_path / "second", tmp_path / "restored")

    assert (tmp_path / "restored" / "identities" / name).read_bytes() == b"secret"


@pytest.mark.parametrize("name", ["../key", "identities//key", "identities/..", "a\\b"])
def test_a_file_that_could_not_be_restored_is_not_saved(backup, tmp_path, name):
    restore(backup, tmp_path / "first")

    with pytest.raises(BackupError, match="rename"):
        save({name: tmp_path / "backup"}, ("state", tmp_path / "first" / "state"), tmp_path / "second")
    assert not (tmp_path / "second").exists()
