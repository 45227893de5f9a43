"""What a test of somebody's own Kybra project can do with a replica."""

from pathlib import Path

import pytest

from replica.candid.types import CandidError
from replica.testing import LocalNetwork, Reject, RejectCode, person

SHOP = Path(__file__).parent / "project" / "src" / "main.py"


@pytest.fixture
def shop(replica: LocalNetwork):
    return replica.canister(SHOP, "corner shop")


def test_values_go_in_and_come_out_as_python_has_them(shop):
    assert shop.update("order", {"what": "tea", "count": 2}) == {"Ordered": 6}
    assert shop.update("order", {"what": "tea", "count": 0}) == {"Empty": None}
    assert shop.query("orders") == 1


def test_call_asks_queries_and_runs_updates(shop):
    shop.call("order", {"what": "milk", "count": 1})

    assert shop.call("orders") == 1


def test_init_gets_its_arguments_and_refuses_to_do_without(replica, shop):
    assert shop.query("name") == "corner shop"
    with pytest.raises(CandidError):
        replica.canister(SHOP)


def test_each_caller_is_somebody_else(replica, shop):
    assert shop.as_("alice").query("whoami") == person("alice")
    assert replica.as_("bob").canister_with_id(shop.id).query("whoami") == person("bob")
    assert shop.query("whoami") == replica.sender


def test_only_the_controller_manages_a_canister(shop):
    with pytest.raises(Reject) as refusal:
        shop.as_("mallory").stop()
    assert refusal.value.error_code == "IC0512"

    shop.stop()
    with pytest.raises(Reject):
        shop.query("name")
    shop.start()
    assert shop.query("name") == "corner shop"


def test_a_trap_is_a_reject_with_the_canisters_words(shop):
    with pytest.raises(Reject, match="out of order") as refusal:
        shop.update("fail")

    assert refusal.value.code == RejectCode.CANISTER_ERROR


def test_several_calls_run_in_one_round(replica, shop):
    calls = [shop.submit("order", {"what": "tea", "count": count}) for count in (1, 2)]

    replica.tick()

    assert [call.result() for call in calls] == [{"Ordered": 3}, {"Ordered": 6}]


def test_timers_fire_when_time_is_advanced_and_a_round_runs(replica, shop):
    shop.update("close_in", 60)
    replica.advance_time(seconds=59)
    replica.tick()
    assert shop.query("name") == "corner shop"

    replica.advance_time(seconds=1)
    replica.tick()

    assert shop.query("name") == "closed"


def test_an_upgrade_keeps_what_is_stable_and_a_reinstallation_does_not(shop):
    shop.update("order", {"what": "tea", "count": 2})

    shop.upgrade(SHOP)
    assert shop.query("orders") == 1
    assert shop.query("name") == "corner shop"

    shop.reinstall(SHOP, "new shop")
    assert shop.query("orders") == 0
    assert shop.query("name") == "new shop"


def test_a_restart_keeps_what_was_committed(replica, shop):
    shop.update("order", {"what": "tea", "count": 2})

    replica.restart()

    assert shop.query("orders") == 1


def test_logs_and_cycles_are_there_to_look_at(shop):
    before = shop.cycles
    shop.update("order", {"what": "tea", "count": 2})
    assert shop.logs() == ["2 tea"]

    shop.add_cycles(10**13)

    assert before < shop.cycles <= before + 10**13


def test_a_deleted_canister_is_gone(shop):
    shop.stop()
    shop.delete()

    with pytest.raises(CandidError, match="no code"):
        shop.query("name")


def test_settings_are_those_of_the_management_canister(replica):
    canister = replica.create_canister(cycles=10**13, freezing_threshold=5)

    assert canister.status()["settings"]["freezing_threshold"] == 5
