"""A data directory belongs to one process, has one format, and keeps its secrets to its owner."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from replica.state.directory import DataDirectory, DirectoryError
from replica.state.store import Store


def test_a_directory_in_use_is_refused_and_free_again_after_closing(tmp_path: Path):
    first = DataDirectory(tmp_path / "data")

    with pytest.raises(DirectoryError, match="in use by another replica"):
        DataDirectory(tmp_path / "data")

    first.close()
    DataDirectory(tmp_path / "data").close()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_a_replica_makes_is_for_its_own_account(tmp_path: Path):
    directory = DataDirectory(tmp_path / "data")
    directory.secret("root_key", lambda: b"secret")
    Store(directory.state_path, map_size_bytes=2**20).close()
    directory.close()

    made = {path: mode_of(path) for path in [tmp_path / "data", *(tmp_path / "data").rglob("*")]}

    assert len(made) == 8
    assert not [path for path, mode in made.items() if mode & 0o077]


def test_what_others_could_read_of_the_state_is_closed_again(tmp_path: Path):
    directory = DataDirectory(tmp_path)
    Store(directory.state_path, map_size_bytes=2**20).close()
    directory.close()
    tmp_path.chmod(0o775)
    (tmp_path / "state").chmod(0o755)
    (tmp_path / "state" / "data.mdb").chmod(0o666)

    DataDirectory(tmp_path).close()

    assert mode_of(tmp_path) == mode_of(tmp_path / "state") == 0o700
    assert mode_of(tmp_path / "state" / "data.mdb") == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_secret_that_others_can_read_is_none_any_more(tmp_path: Path, mode: int):
    directory = DataDirectory(tmp_path)
    directory.secret("root_key", lambda: b"secret")
    key = tmp_path / "keys" / "root_key"
    assert directory.secret("root_key", lambda: b"another") == b"secret"

    key.chmod(mode)

    with pytest.raises(DirectoryError, match=f"chmod 600 {key}"):
        directory.secret("root_key", lambda: b"another")
    assert key.read_bytes() == b"secret"
    directory.close()


def test_a_directory_of_another_format_is_refused_and_left_alone(tmp_path: Path):
    DataDirectory(tmp_path).close()
    (tmp_path / "format").write_text("parley-replica 99\n")

    with pytest.raises(DirectoryError, match="'parley-replica 99'"):
        DataDirectory(tmp_path)

    assert (tmp_path / "format").read_text() == "parley-replica 99\n"


def test_a_state_that_does_not_say_its_format_is_refused(tmp_path: Path):
    (tmp_path / "state").mkdir()

    with pytest.raises(DirectoryError, match="does not say in which format"):
        DataDirectory(tmp_path)


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path):
    directory = DataDirectory(tmp_path)

    made = directory.secret("node_key", lambda: b"first")
    again = directory.secret("node_key", lambda: b"second")
    directory.close()

    assert (made, again) == (b"first", b"first")
    assert stat.S_IMODE((tmp_path / "keys" / "node_key").stat().st_mode) == 0o600
