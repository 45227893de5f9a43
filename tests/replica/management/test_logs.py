"""Logs: how much is kept, what empties them, and how to ask for a part."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from replica.management.status import FETCHED_LOG_BYTES_MAX
from replica.principal import Principal
from replica.reject import Reject
from replica.state.canister import LOG_BYTES_MAX
from tests.fixtures.notebook import define_notebook
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine, trap
from tests.replica.management.calls import manage, query, set_up


def say(ic: Ic, arg: bytes) -> None:
    """Argument: how often in 4 bytes, then what."""
    for number in range(int.from_bytes(arg[:4], "big")):
        ic.debug_print(f"{number} {arg[4:].decode()}")
    ic.reply(b"")


@pytest.fixture
def talker_module(engine: ScriptedEngine) -> bytes:
    return define_notebook(engine, "talker", updates={"say": say}, queries={"say_unheard": say})


@pytest.fixture
def talker(replica: LocalReplica, talker_module: bytes) -> Principal:
    return replica.canister(talker_module)


def times(count: int, what: str) -> bytes:
    return count.to_bytes(4, "big") + what.encode()


def records(replica: LocalReplica, canister_id: Principal, **wanted: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = query(replica, "fetch_canister_logs", canister_id, **wanted)["canister_log_records"]
    return found


def indexes(replica: LocalReplica, canister_id: Principal, **wanted: Any) -> list[int]:
    return [record["idx"] for record in records(replica, canister_id, **wanted)]


def test_the_newest_four_kibibytes_are_kept_as_whole_records(replica: LocalReplica, talker: Principal):
    replica.update(talker, "say", times(100, "x" * 95))

    found = records(replica, talker)

    assert [record["idx"] for record in found] == list(range(100 - len(found), 100))
    assert 3_800 < sum(len(record["content"]) + 16 for record in found) <= 4_096
    assert all(bytes(record["content"]).endswith(b"x" * 95) for record in found)


@pytest.mark.parametrize("limit", [4_096, 20_000, LOG_BYTES_MAX])
def test_the_limit_is_the_canisters_own(replica: LocalReplica, talker: Principal, limit: int):
    set_up(replica, talker, log_memory_limit=limit)

    for _ in range(30):
        replica.update(talker, "say", times(900, "y" * 80))

    size = replica.canister_status(talker)["memory_metrics"]["log_memory_store_size"]
    assert limit - 200 < size <= limit


def test_no_limit_means_no_log_and_a_lower_one_drops_the_oldest(replica: LocalReplica, talker: Principal):
    set_up(replica, talker, log_memory_limit=20_000)
    replica.update(talker, "say", times(150, "z" * 80))
    assert len(records(replica, talker)) == 150

    set_up(replica, talker, log_memory_limit=4_096)
    kept = indexes(replica, talker)
    assert kept == list(range(150 - len(kept), 150))
    assert 0 < len(kept) < 50

    set_up(replica, talker, log_memory_limit=0)
    replica.update(talker, "say", times(3, "nobody hears"))
    assert records(replica, talker) == []
    set_up(replica, talker, log_memory_limit=4_096)
    replica.update(talker, "say", times(1, "heard again"))
    assert indexes(replica, talker) == [150]


@pytest.mark.parametrize(("limit", "error_code"), [(1, "IC0406"), (4_095, "IC0406"), (LOG_BYTES_MAX + 1, "IC0408")])
def test_a_limit_that_cannot_be_is_refused(replica: LocalReplica, talker: Principal, limit: int, error_code: str):
    with pytest.raises(Reject) as failure:
        set_up(replica, talker, log_memory_limit=limit)

    assert failure.value.error_code == error_code
    assert replica.canister_status(talker)["settings"]["log_memory_limit"] == 4_096


def test_a_part_can_be_asked_for_by_index_or_time(replica: LocalReplica, talker: Principal):
    replica.update(talker, "say", times(5, "early"))
    replica.clock.advance(minutes=1)
    replica.update(talker, "say", times(5, "late"))
    stamps = sorted({record["timestamp_nanos"] for record in records(replica, talker)})

    assert indexes(replica, talker, filter={"by_idx": {"start": 3, "end": 7}}) == [3, 4, 5, 6]
    late = {"by_timestamp_nanos": {"start": stamps[1], "end": 2**64 - 1}}
    assert indexes(replica, talker, filter=late) == [5, 6, 7, 8, 9]
    early = {"by_timestamp_nanos": {"start": 0, "end": stamps[1]}}
    assert indexes(replica, talker, filter=early) == [0, 1, 2, 3, 4]
    assert indexes(replica, talker, filter={"by_idx": {"start": 7, "end": 3}}) == []


def test_one_answer_holds_two_megabytes_the_newest_unless_a_part_is_asked_for(replica: LocalReplica, talker: Principal):
    set_up(replica, talker, log_memory_limit=LOG_BYTES_MAX)
    for _ in range(21):
        replica.update(talker, "say", times(1, "w" * 100_000))

    newest = indexes(replica, talker)
    oldest = indexes(replica, talker, filter={"by_idx": {"start": 0, "end": 2**64 - 1}})

    assert len(newest) == len(oldest) == FETCHED_LOG_BYTES_MAX // 100_018
    assert newest[-1] == 20
    assert oldest[0] == 1
    assert oldest[-1] < 20


def test_logs_survive_an_upgrade_and_a_restart_and_end_with_the_code(
    replica: LocalReplica, talker: Principal, talker_module: bytes
):
    """Topics: Lifecycle, upgrade, reinstall and uninstall; indexes rise from 0 and never start again."""
    replica.update(talker, "say", times(2, "hello"))
    replica.install(talker, talker_module, mode="upgrade")
    replica.restart()
    assert indexes(replica, talker) == [0, 1]

    replica.install(talker, talker_module, mode="reinstall")
    assert indexes(replica, talker) == []
    replica.update(talker, "say", times(1, "hello"))
    assert indexes(replica, talker) == [2]

    manage(replica, "uninstall_code", talker)
    assert indexes(replica, talker) == []


def test_traps_are_logged_and_queries_are_not(replica: LocalReplica, talker: Principal):
    with pytest.raises(Reject):
        replica.update(talker, "write_then_trap")
    replica.query(talker, "say_unheard", times(3, "psst"))

    (line,) = replica.logs(talker)
    assert line.startswith("[TRAP]: ")
    assert "on purpose" in line


def test_what_init_prints_is_kept_and_tells_why_it_trapped(replica: LocalReplica, engine: ScriptedEngine):
    """Topic: debug_print, trap in init."""

    def print_and_maybe_trap(ic: Ic, arg: bytes) -> None:
        ic.debug_print("starting")
        if arg == b"trap":
            trap("not today")

    module = define_notebook(engine, "loud", init=print_and_maybe_trap)
    canister_id = replica.create_canister()

    with pytest.raises(Reject, match="not today"):
        replica.install(canister_id, module, b"trap")
    printed, trapped = replica.logs(canister_id)
    assert printed == "starting"
    assert "not today" in trapped
    replica.install(canister_id, module, b"")
    assert replica.logs(canister_id)[-1] == "starting"


def test_what_one_message_prints_is_bounded_by_what_a_log_can_hold(replica: LocalReplica, talker: Principal):
    set_up(replica, talker, log_memory_limit=LOG_BYTES_MAX)
    line = "y" * 2**20

    tracemalloc.start()
    try:
        replica.update(talker, "say", times(32, line))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert records(replica, talker)
    assert peak_bytes < 16 * len(line)
