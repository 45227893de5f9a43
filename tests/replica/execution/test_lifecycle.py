"""Installation, upgrade, inspection, heartbeat and timers."""

from __future__ import annotations

import pytest

from replica.reject import Trap
from tests.replica.execution.fake_system import CANISTER_ID, FakeCanister, canister


@pytest.fixture
def lifecycle() -> FakeCanister:
    return canister("lifecycle")


def test_init_takes_the_arguments_of_the_interface(lifecycle: FakeCanister) -> None:
    lifecycle.install({"owner": "alice", "limit": 5})

    assert lifecycle.query("note", "init") == "alice 5"
    assert lifecycle.certified_data == b"root"


def test_init_without_its_arguments_traps(lifecycle: FakeCanister) -> None:
    lifecycle.interface = canister("values").interface

    with pytest.raises(Trap, match="failed to decode"):
        lifecycle.install()


def test_an_upgrade_runs_its_hooks_and_keeps_what_is_stable(lifecycle: FakeCanister) -> None:
    lifecycle.install({"owner": "alice", "limit": None})

    lifecycle.upgrade()

    notes = [lifecycle.query("note", name) for name in ("init", "before", "after")]
    assert notes == ["alice None", "upgrade", "None"]


def test_hooks_that_a_canister_does_not_have_do_nothing() -> None:
    values = canister("values")

    values.install()
    values.upgrade()
    values.beat()

    assert not values.module.has_inspect_message
    assert not values.module.has_heartbeat


def test_inspection_sees_method_and_argument_and_accepts_only_by_saying_so(lifecycle: FakeCanister) -> None:
    assert lifecycle.module.has_inspect_message
    assert lifecycle.inspect("note", "short")
    assert not lifecycle.inspect("note", "far too long for this inspection")
    assert not lifecycle.inspect("write", "a", "b")


def test_the_heartbeat_is_called_by_the_management_canister(lifecycle: FakeCanister) -> None:
    assert lifecycle.module.has_heartbeat

    lifecycle.beat()

    assert lifecycle.query("note", "beat") == "aaaaa-aa"


# -- timers ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def timers() -> FakeCanister:
    return canister("timers")


def test_a_timer_is_armed_with_the_name_of_its_function(timers: FakeCanister) -> None:
    assert timers.update("arm_tick", 5) == 0
    assert timers.update("arm_module_function") == 1

    assert timers.timers == [(5, "canisters.timers.jobs.tick", False), (60, "canisters.timers.jobs.tick", True)]


def test_a_due_timer_calls_the_function_as_the_canister_itself(timers: FakeCanister) -> None:
    timers.update("arm_tick", 5)

    timers.fire_timer()

    assert timers.query("ticks") == [CANISTER_ID.text]


def test_a_timer_is_disarmed_by_its_id(timers: FakeCanister) -> None:
    timers.update("disarm", 3)

    assert timers.cleared == [3]


def test_a_timer_whose_function_raises_traps_and_undoes_it(timers: FakeCanister) -> None:
    timers.update("arm_failing")

    with pytest.raises(Trap, match="ValueError: sync"):
        timers.fire_timer()

    assert timers.query("ticks") == []


def test_a_timer_whose_generator_raises_is_dropped_and_keeps_what_it_did(timers: FakeCanister) -> None:
    timers.update("arm_calling")
    timers.fire_timer()

    timers.answer(b"")

    assert timers.query("ticks") == ["woke"]
    assert any("ValueError: dropped" in line for line in timers.log)


def test_a_timer_needs_a_function_that_can_be_found_again(timers: FakeCanister) -> None:
    with pytest.raises(Trap, match=r"a timer needs a top-level function that can be found by name, not .*nested"):
        timers.update("arm_closure")


def test_a_message_that_traps_arms_no_timer(timers: FakeCanister) -> None:
    with pytest.raises(Trap):
        timers.update("arm_and_trap")

    assert timers.timers == []


def test_a_query_arms_no_timer(timers: FakeCanister) -> None:
    with pytest.raises(Trap, match='"ic0_global_timer_set" cannot be executed in non replicated query mode'):
        timers.query("arm_in_query")


def test_a_timer_of_code_that_is_gone_traps(timers: FakeCanister) -> None:
    timers.timers.append((0, "canisters.timers.jobs.gone", False))

    with pytest.raises(Trap, match=r"canisters.timers.jobs.gone does not exist"):
        timers.fire_timer()
