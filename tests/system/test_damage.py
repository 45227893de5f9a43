"""A replica whose files are damaged does not start, says in one sentence what to do, and leaves all as it is."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from replica.state.directory import DataDirectory
from tests.fixtures.replica_process import ReplicaProcess

CANNOT_START = 2
PAGE_BYTES = 4096


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a replica that ran and was stopped."""
    process = ReplicaProcess(tmp_path_factory.mktemp("used"))
    process.start()
    process.stop()
    return process.data


@pytest.fixture
def process(used: Path, tmp_path: Path) -> ReplicaProcess:
    process = ReplicaProcess(tmp_path)
    process.data.mkdir(mode=0o700)
    for file in ("format", "keys/root_key", "keys/node_key", "state/data.mdb"):
        target = process.data / file
        target.parent.mkdir(mode=0o700, exist_ok=True)
        target.write_bytes((used / file).read_bytes())
        target.chmod(0o600)
    return process


def cut_short(data: Path) -> None:
    file = data / "state" / "data.mdb"
    file.write_bytes(file.read_bytes()[: 3 * PAGE_BYTES])


def cut_to_nearly_nothing(data: Path) -> None:
    file = data / "state" / "data.mdb"
    file.write_bytes(file.read_bytes()[:100])


def wipe_pages(data: Path) -> None:
    """All but the two pages that say where the others are."""
    file = data / "state" / "data.mdb"
    content = file.read_bytes()
    file.write_bytes(content[: 2 * PAGE_BYTES] + bytes(len(content) - 2 * PAGE_BYTES))


def garble_beginning(data: Path) -> None:
    file = data / "state" / "data.mdb"
    content = file.read_bytes()
    file.write_bytes(bytes(byte ^ 0x55 for byte in content[: 2 * PAGE_BYTES]) + content[2 * PAGE_BYTES :])


def lose_root_key(data: Path) -> None:
    (data / "keys" / "root_key").unlink()


def lose_node_key(data: Path) -> None:
    (data / "keys" / "node_key").unlink()


def shorten_root_key(data: Path) -> None:
    (data / "keys" / "root_key").write_bytes(b"short")


def swap_root_key(data: Path) -> None:
    (data / "keys" / "root_key").write_bytes(sha256(b"another key").digest())


def change_format(data: Path) -> None:
    (data / "format").write_text("parley-replica 99\n")


def forget_format(data: Path) -> None:
    (data / "format").unlink()


def files_of(data: Path) -> dict[str, bytes]:
    """But for the two files that only say who uses the others."""
    files = (file for file in sorted(data.rglob("*")) if file.is_file())
    return {str(file.relative_to(data)): file.read_bytes() for file in files if not file.name.startswith("lock")}


@pytest.mark.parametrize(
    ("damage", "advice"),
    [
        (cut_short, "restore it, or use another data directory"),
        (cut_to_nearly_nothing, "restore it, or use another data directory"),
        (wipe_pages, "restore it, or use another data directory"),
        (garble_beginning, "restore it, or use another data directory"),
        (lose_root_key, "keys/root_key is missing; restore it"),
        (lose_node_key, "keys/node_key is missing; restore it"),
        (shorten_root_key, "keys/root_key is damaged; restore it"),
        (swap_root_key, "restore keys/root_key"),
        (change_format, "or the version that wrote this one"),
        (forget_format, "use another data directory"),
    ],
)
def test_damage_is_refused_with_advice_and_nothing_is_overwritten(
    process: ReplicaProcess, damage: Callable[[Path], None], advice: str
):
    damage(process.data)
    before = files_of(process.data)

    assert process.run_to_its_end() == CANNOT_START

    said = [line for line in process.log().splitlines() if "cannot start" in line]
    assert len(said) == 1
    assert advice in said[0]
    assert "Traceback" not in process.log()
    assert files_of(process.data) == before


def test_a_directory_in_use_is_refused_with_the_process_that_uses_it(process: ReplicaProcess):
    holder = DataDirectory(process.data)

    assert process.run_to_its_end() == CANNOT_START

    assert "in use by another replica" in process.log()
    holder.close()


def test_undamaged_files_start(process: ReplicaProcess):
    process.start()
    process.stop()
