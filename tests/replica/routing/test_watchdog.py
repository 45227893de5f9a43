"""Code that does not end is stopped, and the replica goes on as if it had trapped."""

from __future__ import annotations

import threading

import pytest

from replica.principal import Principal
from replica.reject import Reject
from replica.routing.watchdog import Watchdog
from tests.fixtures.notebook import NOTES, define_notebook
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine

LIMIT_SECONDS = 0.2


def spin(ic: Ic, arg: bytes) -> None:
    ic.state.map_put(NOTES, b"note", b"endless")
    while True:
        pass


def spin_and_swallow(ic: Ic, arg: bytes) -> None:
    for _ in range(3):
        try:
            spin(ic, arg)
        except BaseException:  # noqa: S112  # what hostile code would do
            continue
    spin(ic, arg)


@pytest.fixture
def endless(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    replica.restart(execution_seconds_max=LIMIT_SECONDS)
    updates = {"spin": spin, "spin_and_swallow": spin_and_swallow}
    return replica.canister(define_notebook(engine, "endless", updates=updates, queries={"spin_in_query": spin}))


@pytest.mark.parametrize("method", ["spin", "spin_and_swallow"])
def test_an_endless_update_is_trapped_and_undone(replica: LocalReplica, endless: Principal, method: str):
    with pytest.raises(Reject, match="exceeded the time limit") as failure:
        replica.update(endless, method)

    assert failure.value.error_code == "IC0522"
    assert replica.query(endless, "read") == b""
    assert replica.update(endless, "write", b"alive") == b"written"


def test_an_endless_query_is_trapped(replica: LocalReplica, endless: Principal):
    with pytest.raises(Reject, match="exceeded the time limit"):
        replica.query(endless, "spin_in_query")

    assert replica.query(endless, "read") == b""


def test_messages_that_end_in_time_are_left_alone(replica: LocalReplica, endless: Principal):
    for _ in range(1_000):
        replica.update(endless, "write", b"quick")

    assert replica.query(endless, "read") == b"quick"


def test_closing_ends_the_thread():
    before = threading.active_count()
    watchdog = Watchdog(limit_seconds=60)
    assert threading.active_count() == before + 1

    watchdog.close()

    assert threading.active_count() == before
