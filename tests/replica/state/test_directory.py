"""A data directory belongs to one process, has one format, and keeps its secrets to its owner."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from replica.state.directory import DataDirectory, DirectoryError


def test_a_directory_in_use_is_refused_and_free_again_after_closing(tmp_path: Path):
    first = DataDirectory(tmp_path / "data")

    with pytest.raises(DirectoryError, match="in use by another replica"):
        DataDirectory(tmp_path / "data")

    first.close()
    DataDirectory(tmp_path / "data").close()


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
