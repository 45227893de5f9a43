"""Before the disk is full, new work is refused, what was accepted goes on, and reading always works."""

from __future__ import annotations

import pytest

from replica.reject import Reject, RejectCode
from tests.fixtures.notebook import define_notebook
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import ScriptedEngine

FLOOR = 100 * 2**20


@pytest.fixture
def free_bytes(replica: LocalReplica, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much the disk has left, for the test to say."""
    free = [10 * FLOOR]
    replica.restart(disk_free_bytes_min=FLOOR)
    monkeypatch.setattr(type(replica.core._state.store), "free_disk_bytes", lambda store: free[0])
    return free


@pytest.fixture
def notebook(replica: LocalReplica, engine: ScriptedEngine, free_bytes: list[int]) -> bytes:
    def write(ic, arg: bytes) -> None:
        ic.reply(b"written " + arg)

    return replica.canister(define_notebook(engine, "writer", updates={"write": write}, queries={"read": write}))


def test_calls_are_refused_while_the_disk_is_nearly_full(replica: LocalReplica, notebook, free_bytes):
    assert replica.update(notebook, "write", b"1") == b"written 1"

    free_bytes[0] = FLOOR - 1
    replica.update(notebook, "write", b"2")  # the round after which it is noticed
    with pytest.raises(Reject, match="less than 100 MiB are free") as refused:
        replica.update(notebook, "write", b"3")
    with pytest.raises(Reject, match="nearly full"):
        replica.create_canister()

    assert (refused.value.code, refused.value.error_code) == (RejectCode.SYS_TRANSIENT, "IC0210")
    assert replica.query(notebook, "read", b"4") == b"written 4"


def test_calls_are_taken_again_as_soon_as_there_is_room(replica: LocalReplica, notebook, free_bytes):
    free_bytes[0] = 0
    replica.update(notebook, "write", b"1")
    with pytest.raises(Reject):
        replica.update(notebook, "write", b"2")

    free_bytes[0] = FLOOR

    assert replica.update(notebook, "write", b"2") == b"written 2"


def test_what_was_accepted_is_finished_on_a_full_disk(replica: LocalReplica, notebook, free_bytes):
    request_id = replica.submit(notebook, "write", b"1")
    free_bytes[0] = 0

    replica.tick()

    assert replica.core.is_finished(request_id)


def test_a_replica_that_opens_on_a_full_disk_takes_nothing_in(replica: LocalReplica, notebook, free_bytes):
    free_bytes[0] = 0
    replica.restart()

    with pytest.raises(Reject, match="nearly full"):
        replica.update(notebook, "write", b"1")
    assert replica.query(notebook, "read", b"1") == b"written 1"


def test_the_disk_is_really_asked(replica: LocalReplica, notebook, monkeypatch):
    monkeypatch.undo()

    assert replica.core._state.store.free_disk_bytes() > 0
    replica.restart(disk_free_bytes_min=2**62)
    with pytest.raises(Reject, match="nearly full"):
        replica.update(notebook, "write", b"1")
