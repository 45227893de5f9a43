"""Timers and heartbeats: when they run, as whom, and what makes them go away."""

from __future__ import annotations

import pytest

from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.notebook import NOTES, define_notebook
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine, trap


def ring(ic: Ic) -> None:
    ic.state.map_put(NOTES, b"note", (ic.state.map_get(NOTES, b"note") or b"") + b"*")


def ring_and_trap(ic: Ic) -> None:
    ring(ic)
    trap("the bell broke")


def note_caller(ic: Ic) -> None:
    ic.state.map_put(NOTES, b"note", ic.caller)


def arm(ic: Ic, arg: bytes) -> None:
    delay, function, repeat = arg.decode().split()
    ic.reply(b"%d" % ic.set_timer(int(delay), function, repeat=repeat == "repeat"))


def disarm(ic: Ic, arg: bytes) -> None:
    ic.clear_timer(int(arg))
    ic.reply(b"")


FUNCTIONS = {"ring": ring, "ring_and_trap": ring_and_trap, "note_caller": note_caller}


@pytest.fixture
def bell_module(engine: ScriptedEngine) -> bytes:
    return define_notebook(engine, "bell", updates={"arm": arm, "disarm": disarm}, functions=FUNCTIONS)


@pytest.fixture
def bell(replica: LocalReplica, bell_module: bytes) -> Principal:
    return replica.canister(bell_module)


def pass_time(replica: LocalReplica, seconds: float) -> None:
    replica.clock.advance(seconds=seconds)
    replica.run_until_idle()


def rings(replica: LocalReplica, bell: Principal) -> int:
    return len(replica.query(bell, "read"))


def test_a_timer_rings_when_due_and_not_before(replica: LocalReplica, bell: Principal):
    replica.update(bell, "arm", b"10 ring once")

    pass_time(replica, 9)
    assert rings(replica, bell) == 0
    assert replica.core.next_timer_ns() == replica.clock.now_ns() + 1_000_000_000

    pass_time(replica, 1)
    assert rings(replica, bell) == 1
    pass_time(replica, 100)
    assert rings(replica, bell) == 1
    assert replica.core.next_timer_ns() is None


def test_a_due_timer_waits_for_its_turn_once_however_many_rounds_that_takes(replica: LocalReplica, bell: Principal):
    for _ in range(5):
        replica.update(bell, "arm", b"10 ring once")
    replica.restart(messages_per_round_max=1)

    replica.clock.advance(seconds=10)
    replica.tick(5)

    assert rings(replica, bell) == 5
    assert not replica.core.has_work()


def test_a_timer_without_delay_rings_in_the_next_round(replica: LocalReplica, bell: Principal):
    replica.update(bell, "arm", b"0 ring once")
    assert replica.core.has_work()

    replica.tick()

    assert rings(replica, bell) == 1


def test_an_interval_rings_again_and_again_until_cleared(replica: LocalReplica, bell: Principal):
    timer_id = replica.update(bell, "arm", b"10 ring repeat")
    for _ in range(3):
        pass_time(replica, 10)
    assert rings(replica, bell) == 3

    replica.update(bell, "disarm", timer_id)
    pass_time(replica, 100)

    assert rings(replica, bell) == 3


def test_a_timer_is_a_call_by_the_canister_itself(replica: LocalReplica, bell: Principal):
    replica.update(bell, "arm", b"1 note_caller once")
    pass_time(replica, 1)

    assert replica.query(bell, "read") == bell


def test_a_timer_that_traps_is_undone_and_an_interval_goes_on(replica: LocalReplica, bell: Principal):
    replica.update(bell, "arm", b"10 ring_and_trap repeat")
    replica.update(bell, "arm", b"10 ring repeat")

    for _ in range(2):
        pass_time(replica, 10)

    assert rings(replica, bell) == 2
    assert sum("the bell broke" in line for line in replica.logs(bell)) == 2


def test_timers_survive_a_restart(replica: LocalReplica, bell: Principal):
    replica.update(bell, "arm", b"10 ring repeat")

    replica.restart()
    assert replica.core.next_timer_ns() is not None
    pass_time(replica, 10)

    assert rings(replica, bell) == 1


def test_code_that_no_longer_loads_fails_its_messages_and_nothing_else(
    replica: LocalReplica, bell: Principal, engine: ScriptedEngine
):
    replica.update(bell, "arm", b"10 ring repeat")

    replica.engine = ScriptedEngine()
    replica.restart()
    pass_time(replica, 10)
    with pytest.raises(Reject, match="nobody defined this module"):
        replica.update(bell, "write", b"milk")

    replica.engine = engine
    replica.restart()
    pass_time(replica, 10)
    assert rings(replica, bell) == 1


@pytest.mark.parametrize("mode", ["upgrade", "reinstall"])
def test_timers_do_not_survive_new_code(replica: LocalReplica, bell: Principal, bell_module: bytes, mode: str):
    replica.update(bell, "arm", b"10 ring repeat")

    replica.install(bell, bell_module, mode=mode)
    pass_time(replica, 100)

    assert rings(replica, bell) == 0


def test_a_failed_upgrade_keeps_the_timers(replica: LocalReplica, bell: Principal, engine: ScriptedEngine):
    replica.update(bell, "arm", b"10 ring once")
    broken = engine.define("broken", post_upgrade=lambda ic, arg: trap("cannot upgrade"))

    with pytest.raises(Reject, match="cannot upgrade"):
        replica.install(bell, broken, mode="upgrade")
    pass_time(replica, 10)

    assert rings(replica, bell) == 1


def test_a_stopped_canister_does_not_ring_until_it_is_started(replica: LocalReplica, bell: Principal):
    replica.update(bell, "arm", b"10 ring repeat")
    replica.manage("stop_canister", {"canister_id": bell}, sender=ALICE, target=bell)
    pass_time(replica, 60)
    assert not replica.core.has_work()

    replica.manage("start_canister", {"canister_id": bell}, sender=ALICE, target=bell)
    replica.run_until_idle()

    assert rings(replica, bell) == 1
    pass_time(replica, 10)
    assert rings(replica, bell) == 2


def test_heartbeats_come_with_time_and_only_to_canisters_that_have_one(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    beating = replica.canister(define_notebook(engine, "beating", heartbeat=ring))
    replica.run_until_idle()
    beats = rings(replica, beating)

    for _ in range(3):
        pass_time(replica, 1)

    assert rings(replica, beating) == beats + 3
    assert replica.query(notebook, "read") == b""


def test_a_heartbeat_is_a_call_by_the_management_canister(replica: LocalReplica, engine: ScriptedEngine):
    beating = replica.canister(define_notebook(engine, "beating", heartbeat=note_caller))
    pass_time(replica, 1)

    assert replica.query(beating, "read") == MANAGEMENT
    replica.restart()
    assert replica.core.next_timer_ns() is not None
