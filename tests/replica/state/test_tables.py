"""Timers come due in order, logs keep the newest, modules live as long as somebody uses them."""

from __future__ import annotations

from pathlib import Path

from replica.principal import Principal
from replica.state.allow_list import AllowList
from replica.state.canister import Canister, Settings
from replica.state.changes import CHANGES_MAX, Change
from replica.state.replicated_state import ReplicatedState
from tests.fixtures.replica import ALICE, BOB


def test_timers_come_due_in_order_of_time(state: ReplicatedState, canister: Canister):
    for due_ns, name in ((30, "late"), (10, "early"), (20, "middle")):
        state.timers.arm(canister, due_ns, name, None)

    assert [timer.function for timer in state.timers.due(25, 10)] == ["early", "middle"]
    assert state.timers.next_due_ns() == 10


def test_a_cleared_timer_is_gone_and_an_unknown_one_ignored(state: ReplicatedState, canister: Canister):
    timer_id = state.timers.arm(canister, 10, "tick", None)

    state.timers.clear(canister, timer_id)
    state.timers.clear(canister, 99)

    assert state.timers.next_due_ns() is None


def test_a_due_timer_is_taken_only_once(state: ReplicatedState, canister: Canister):
    state.timers.arm(canister, 10, "tick", None)
    (timer,) = state.timers.due(10, 10)

    assert state.timers.take(canister, timer)
    assert not state.timers.take(canister, timer)


def test_parked_timers_wait_until_the_canister_runs_again(state: ReplicatedState, canister: Canister):
    state.timers.arm(canister, 10, "tick", 5)
    (timer,) = state.timers.due(10, 10)
    state.timers.take(canister, timer)

    state.timers.park(canister, timer)
    assert state.timers.next_due_ns() is None
    state.timers.unpark(canister, now_ns=99)

    (again,) = state.timers.due(99, 10)
    assert (again.function, again.interval_seconds, again.timer_id) == ("tick", 5, timer.timer_id)


def test_clearing_all_timers_spares_those_of_other_canisters(state: ReplicatedState, canister: Canister):
    neighbour = state.canisters.create(Principal.from_counter(8), number=2)
    state.timers.arm(canister, 10, "mine", None)
    state.timers.arm(neighbour, 20, "theirs", None)

    state.timers.clear_all(canister)

    assert [timer.function for timer in state.timers.due(99, 10)] == ["theirs"]


def test_logs_keep_the_newest_whole_records_and_their_indexes(state: ReplicatedState, canister: Canister):
    for number in range(100):
        state.logs.append(canister, number, b"%03d " % number * 25)

    records = state.logs.records(canister)

    assert [record.index for record in records] == list(range(100 - len(records), 100))
    assert records[-1].content == b"099 " * 25
    assert sum(len(record.content) for record in records) <= canister.settings.log_memory_limit
    assert len(records) > 30


def test_log_indexes_go_on_after_clearing(state: ReplicatedState, canister: Canister):
    state.logs.append(canister, 1, b"before")
    state.logs.clear(canister)
    state.logs.append(canister, 2, b"after")

    assert [(record.index, record.content) for record in state.logs.records(canister)] == [(1, b"after")]


def test_a_module_is_dropped_with_the_last_canister_that_runs_it(state: ReplicatedState, canister: Canister):
    for _ in range(2):
        state.modules.acquire(b"hash", b"code", candid="service : {}", has_heartbeat=False)

    state.modules.release(b"hash")
    assert state.modules.get(b"hash") == b"code"
    state.modules.release(b"hash")

    assert state.modules.get(b"hash") is None
    assert state.modules.info(b"hash") is None


def test_the_history_of_changes_keeps_the_newest(state: ReplicatedState, canister: Canister):
    for number in range(CHANGES_MAX + 5):
        state.changes.append(canister, Change(number, number, ALICE, None, "code_uninstall", {}))

    newest = state.changes.newest(canister, 1_000)

    assert [change.timestamp_ns for change in newest] == list(range(5, CHANGES_MAX + 5))
    assert canister.changes_total == CHANGES_MAX + 5
    assert state.changes.newest(canister, 0) == []


def test_a_canister_record_reads_back_as_it_was_written(canister: Canister):
    canister.controllers = (ALICE, BOB)
    canister.status = "stopping"
    canister.balance, canister.cycles_in_flight = 2**100, 7
    canister.module_hash, canister.certified_data = bytes(32), b"certified"
    canister.map_totals = {0: (1, 2), 254: (3, 4)}
    canister.settings = Settings(
        freezing_threshold=2**64, log_visibility=(ALICE,), environment_variables=(("NAME", "value"),)
    )

    read = Canister.decode(canister.id, canister.encode())

    assert read.checkpoint() == canister.checkpoint()
    assert read.number == canister.number


def test_the_allow_list_follows_its_file(tmp_path: Path):
    file = tmp_path / "allowed-modules"
    allow_list = AllowList(file)
    first, second = bytes([1]) * 32, bytes([2]) * 32

    assert not allow_list(first)
    file.write_text(f"# modules of this repository\n{first.hex().upper()}  # user\n\nnot a hash\n")
    assert allow_list(first)
    assert not allow_list(second)

    file.write_text(second.hex() + "\n")
    assert allow_list(second)
    assert not allow_list(first)
