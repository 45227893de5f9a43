"""What runs without being called: inspection, the hooks of installation, the heartbeat, timers."""

from __future__ import annotations

import pytest

from replica.principal import ANONYMOUS
from replica.testing import LocalNetwork, Reject
from tests.replica.execution.features.conftest import Install, entry

# -- Inspection --------------------------------------------------------------------------------------------------------


def test_inspection_lets_in_by_method_caller_and_size(install: Install):
    canister = install("inspect_message")

    assert canister.update("accessible") is True
    assert canister.as_("alice").update("only_for_named") is True
    assert canister.update("short", "a") == "a"


@pytest.mark.parametrize("method", ["inaccessible", "accepted_twice", "fatal"])
def test_inspection_keeps_out(install: Install, method: str):
    with pytest.raises(Reject) as reject:
        install("inspect_message").update(method)

    assert reject.value.error_code == "IC0406"


def test_inspection_sees_who_calls_and_what_was_sent(install: Install):
    canister = install("inspect_message")

    with pytest.raises(Reject, match="rejected the message"):
        canister.as_(ANONYMOUS).update("only_for_named")
    with pytest.raises(Reject, match="rejected the message"):
        canister.update("short", "far too long for this canister")


def test_inspection_keeps_nothing_and_queries_are_not_inspected(install: Install):
    canister = install("inspect_message")

    canister.update("accessible")

    assert canister.query("seen") is None


# -- Hooks -------------------------------------------------------------------------------------------------------------


def test_hooks_run_as_the_installer_and_stable_maps_outlive_upgrades(install: Install):
    canister = install("pre_and_post_upgrade")
    canister.update("set_entry", {"key": "a", "value": 1})

    canister.upgrade(entry("pre_and_post_upgrade"))

    assert canister.query("entries") == [{"key": "a", "value": 1}]
    assert canister.query("hooks") == ["init 29", "pre_upgrade 29", "post_upgrade 29"]


@pytest.mark.parametrize(("key", "text"), [("refuse", "I stay as I am"), ("refuse later", "ValueError: I go back")])
def test_an_upgrade_whose_hook_fails_changes_nothing(install: Install, key: str, text: str):
    canister = install("pre_and_post_upgrade")
    canister.update("set_entry", {"key": key, "value": 1})

    with pytest.raises(Reject, match=text):
        canister.upgrade(entry("pre_and_post_upgrade"))

    assert canister.query("hooks") == ["init 29"]


def test_a_reinstalled_canister_starts_anew(install: Install):
    canister = install("pre_and_post_upgrade")
    canister.update("set_entry", {"key": "a", "value": 1})

    canister.reinstall(entry("pre_and_post_upgrade"))

    assert canister.query("entries") == []
    assert canister.query("hooks") == ["init 29"]


# -- Heartbeat and timers ----------------------------------------------------------------------------------------------


def test_the_heart_beats_as_the_management_canister(install: Install, replica: LocalNetwork):
    canister = install("heartbeat")
    before = canister.query("count", "aaaaa-aa")

    for _ in range(3):
        replica.advance_time(seconds=1)
        replica.tick()

    assert canister.query("count", "aaaaa-aa") == before + 3


def test_a_heartbeat_may_await(install: Install, replica: LocalNetwork):
    canister = install("heartbeat_async")

    replica.advance_time(seconds=1)
    replica.run_until_idle()

    assert {len(each) for each in canister.query("chance")} == {32}


def test_a_timer_fires_once_and_an_interval_again_and_again(install: Install, replica: LocalNetwork):
    canister = install("timers")
    canister.update("set_timers", 10, 4)

    for _ in range(3):
        replica.advance_time(seconds=4)
        replica.tick()

    assert canister.query("events") == ["started", "again", "again", "once, as myself", "again"]


def test_a_timer_that_was_cleared_stays_silent(install: Install, replica: LocalNetwork):
    canister = install("timers")
    timers = canister.update("set_timers", 10, 4)
    canister.update("clear", timers["single"])
    canister.update("clear", timers["repeat"])
    canister.update("clear", 12_345)

    replica.advance_time(seconds=20)
    replica.run_until_idle()

    assert canister.query("events") == ["started"]


def test_a_timer_that_fails_stops_no_other_and_is_undone(install: Install, replica: LocalNetwork):
    canister = install("timers")

    canister.update("set_failing")
    replica.run_until_idle()

    assert canister.query("events") == ["once, as myself"]
    assert any("ValueError: of a timer" in line for line in canister.logs())


def test_an_interval_that_fails_is_tried_again(install: Install, replica: LocalNetwork):
    canister = install("timers")
    canister.update("set_failing_interval")

    for _ in range(3):
        replica.advance_time(seconds=10)
        replica.tick()

    assert sum("[TRAP]" in line and "of a timer" in line for line in canister.logs()) == 3


def test_a_timer_may_await(install: Install, replica: LocalNetwork):
    canister = install("timers")

    canister.update("set_awaiting")
    replica.run_until_idle()

    assert canister.query("events") == ["32 bytes"]


def test_what_a_timers_generator_raises_is_dropped_and_nothing_undone(install: Install, replica: LocalNetwork):
    canister = install("timers")

    canister.update("set_failing_after_await")
    replica.run_until_idle()

    assert canister.query("events") == ["before", "after"]
    assert any("ValueError: dropped" in line for line in canister.logs())


def test_timers_die_with_an_upgrade_and_are_armed_again_by_it(install: Install, replica: LocalNetwork):
    canister = install("timers")
    canister.update("set_timers", 10, 10)

    canister.upgrade(entry("timers"))
    replica.advance_time(seconds=60)
    replica.run_until_idle()

    assert canister.query("events") == ["started"]
