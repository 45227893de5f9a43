"""`parley backup` under load, and a second system that is made from it."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from parley.agent import HttpAgent
from parley.deployment import Deployment
from parley.people import Person
from parley.places import DataDirectory
from parley.temporary import temporary_system
from tests.fixtures.stack import Stack, a_stack
from tests.parley.conftest import Run


class Sender:
    """Somebody who writes without pause, and remembers what was acknowledged."""

    def __init__(self, person: Person, recipient: Person) -> None:
        self.acknowledged = 0
        self.is_under_way = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(person, recipient))

    def _run(self, person: Person, recipient: Person) -> None:
        while not self._stop.is_set():
            person.sends(recipient.user_id, f"message {self.acknowledged}")
            self.acknowledged += 1
            self.is_under_way.set()

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def test_a_backup_under_load_becomes_a_system_of_its_own(run: Run, tmp_path):
    with a_stack(tmp_path / "first", pool_target=2) as stack:
        alice, bob = stack.person("alice"), stack.person("bob")
        alice.sends(bob.user_id, "message first")
        with Sender(alice, bob) as sender:
            assert sender.is_under_way.wait(30)
            before = sender.acknowledged
            code, said = run("backup", str(tmp_path / "backup"), "--data", str(stack.data.path))
            after = sender.acknowledged + 1
    assert code == 0
    assert "private keys of the replica" in said
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600

    code, said = run("restore", str(tmp_path / "backup"), "--data", str(tmp_path / "second"))
    assert code == 0
    assert "parley up --data" in said

    with temporary_system(tmp_path / "second", pool_target=2) as system:
        assert system.deployment.canisters == Deployment.load(tmp_path / "first" / "deployment.json").canisters
        with HttpAgent(system.addresses.replica_url, alice.agent.identity) as agent:
            again = Person(agent, system.deployment, alice.username, alice.user_id)
            texts = [message["content"]["Text"]["text"] for message in again.messages(bob.user_id)]
            assert texts == ["message first", *(f"message {number}" for number in range(len(texts) - 1))]
            assert before < len(texts) <= after + 1
            again.sends(bob.user_id, "and it goes on")
            status = run("status", "--data", str(tmp_path / "second"))
            assert "2 people" in status[1]


@pytest.fixture
def backup(run: Run, stack: Stack, tmp_path: Path) -> Path:
    target = tmp_path / "backup"
    code, said = run("backup", str(target), "--data", str(stack.data.path))
    assert code == 0, said
    return target


def test_a_restored_directory_has_everything_but_what_belongs_to_a_running_system(run, stack, backup, tmp_path):
    run("restore", str(backup), "--data", str(tmp_path / "new"))

    def names(data: DataDirectory) -> set[str]:
        return {path.relative_to(data.path).as_posix() for path in data.path.rglob("*") if path.is_file()}

    # The relay may have written its first cursor since.
    missing = names(stack.data) - names(DataDirectory(tmp_path / "new")) - {"relay-cursor.json"}
    assert {name for name in missing if not name.startswith("logs/")} == {
        "addresses.json",
        "replica/lock",
        "replica/operator-token",
        "replica/state/lock.mdb",
    }


def test_a_damaged_backup_is_refused_and_nothing_is_changed(run, backup, tmp_path):
    content = backup.read_bytes()
    backup.write_bytes(content[:-100_000] + b"x" + content[-99_999:])

    code, said = run("restore", str(backup), "--data", str(tmp_path / "new"))

    assert code == 1
    assert "damaged" in said
    assert "Nothing was changed" in said
    assert not (tmp_path / "new").exists()


def test_a_running_system_is_not_restored_onto(run, stack, backup):
    code, said = run("restore", str(backup), "--data", str(stack.data.path))

    assert code == 1
    assert "A replica is running" in said
    assert run("status", "--data", str(stack.data.path))[0] == 0


def test_a_backup_is_not_overwritten_and_nothing_is_not_backed_up(run, stack, backup, tmp_path):
    assert "never overwritten" in run("backup", str(backup), "--data", str(stack.data.path))[1]
    assert "holds no replica" in run("backup", str(tmp_path / "b"), "--data", str(tmp_path))[1]
    assert "There is no file" in run("restore", str(tmp_path / "b"), "--data", str(tmp_path / "new"))[1]
