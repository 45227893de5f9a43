"""How canisters come to be, and with what."""

from __future__ import annotations

import pytest

from replica.management import prices
from replica.management.settings import CONTROLLERS_MAX
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.replica import ALICE, BOB, MALLORY, LocalReplica, person
from tests.replica.management.calls import manage, manage_as_canister

LEDGER = Principal.from_text("ryjl3-tyaaa-aaaaa-aaaba-cai")
OUTSIDE = Principal.from_counter(0xFFFF_FFFF_FF90_0000)


def test_a_new_canister_is_empty_running_and_controlled_by_its_creator(replica: LocalReplica):
    """Topic: Creation, create."""
    canister_id = replica.create_canister(controller=ALICE)

    status = replica.canister_status(canister_id)

    assert status["status"] == {"running": None}
    assert status["module_hash"] is None
    assert status["version"] == 0
    assert status["settings"]["controllers"] == [ALICE]
    assert status["settings"]["freezing_threshold"] == 2_592_000
    assert status["cycles"] == 100_000_000_000_000


def test_ids_are_different_and_look_as_people_expect(replica: LocalReplica):
    first, second = replica.create_canister(), replica.create_canister()

    assert first == Principal.from_counter(0x8000_0000_0010_0000)
    assert second == Principal.from_counter(0x8000_0000_0010_0001)


def test_the_amount_and_the_settings_are_as_asked_for(replica: LocalReplica):
    canister_id = replica.create_canister(cycles=42, settings={"controllers": [ALICE, BOB], "freezing_threshold": 7})

    status = replica.canister_status(canister_id, sender=BOB)

    assert status["cycles"] == 42
    assert sorted(status["settings"]["controllers"]) == sorted([ALICE, BOB])
    assert status["settings"]["freezing_threshold"] == 7


def test_more_cycles_than_a_balance_holds_are_refused(replica: LocalReplica):
    for amount, words in ((2**128, str(2**128)), (2**100_000, "a number with 100001 bits")):
        with pytest.raises(Reject, match=f"^{words} cycles are more than a balance can hold$") as failure:
            replica.create_canister(cycles=amount)
        assert failure.value.error_code == "IC0408"


def test_a_setting_with_a_million_digits_is_refused_in_few_words(replica: LocalReplica):
    with pytest.raises(Reject, match=r"^freezing_threshold of a number with 100001 bits is above the limit") as failure:
        replica.create_canister(settings={"freezing_threshold": 2**100_000})
    assert failure.value.error_code == "IC0408"


def test_a_mainnet_id_can_be_asked_for_once(replica: LocalReplica):
    """Topic: Creation, provisional with specified_id; free and taken."""
    assert replica.create_canister(specified_id=LEDGER) == LEDGER

    with pytest.raises(Reject, match=f"Canister {LEDGER} is already installed") as failure:
        replica.create_canister(specified_id=LEDGER)
    assert failure.value.error_code == "IC0538"


def test_an_id_outside_the_ranges_is_refused(replica: LocalReplica):
    """Topic: Creation, provisional with specified_id; outside the ranges."""
    with pytest.raises(Reject, match="not in the ranges"):
        replica.create_canister(specified_id=OUTSIDE)


def test_an_asked_for_id_is_not_given_out_again(replica: LocalReplica):
    taken = Principal.from_counter(0x8000_0000_0010_0000)
    replica.create_canister(specified_id=taken)

    assert replica.create_canister() != taken


def test_nobody_gets_a_canister_for_nothing_once_there_are_many(replica: LocalReplica):
    quota = 3
    replica.restart(provisional_canisters_max=quota)
    canisters = [replica.create_canister(controller=MALLORY) for _ in range(quota)]
    manage(replica, "stop_canister", canisters[0], sender=MALLORY)
    manage(replica, "delete_canister", canisters[0], sender=MALLORY)

    # An id is never given out again, so a canister that was deleted counts.
    with pytest.raises(Reject, match="no more than 3 canisters") as refused:
        replica.create_canister(controller=ALICE)

    assert (refused.value.code, refused.value.error_code) == (RejectCode.SYS_FATAL, "IC0102")


def test_a_canister_still_creates_with_its_cycles_when_nobody_gets_one_for_nothing(
    replica: LocalReplica, manager: Principal
):
    replica.restart(provisional_canisters_max=0)

    assert manage_as_canister(replica, manager, "create_canister", cycles=prices.CREATION + 1, settings=None)


def test_too_many_controllers_are_refused_and_nothing_is_created(replica: LocalReplica):
    many = [person(f"controller {number}") for number in range(CONTROLLERS_MAX + 1)]

    with pytest.raises(Reject, match="11 controllers are above the limit"):
        replica.create_canister(settings={"controllers": many})

    assert replica.create_canister(settings={"controllers": many[1:]}) == Principal.from_counter(0x8000_0000_0010_0000)


def test_a_canister_without_controllers_obeys_nobody(replica: LocalReplica):
    canister_id = replica.create_canister(settings={"controllers": []})

    with pytest.raises(Reject, match="Only controllers"):
        replica.canister_status(canister_id)


def test_users_cannot_call_what_only_canisters_may(replica: LocalReplica):
    for method in ("create_canister", "deposit_cycles", "raw_rand", "canister_info"):
        with pytest.raises(Reject, match=f"{method} can not be called via ingress") as failure:
            replica.update(MANAGEMENT, method, b"DIDL\x00\x00", sender=ALICE)
        assert failure.value.code == RejectCode.CANISTER_REJECT


def test_an_unknown_method_and_a_bad_argument_are_refused(replica: LocalReplica):
    with pytest.raises(Reject, match="Management canister has no method 'sing'") as unknown:
        replica.update(MANAGEMENT, "sing", b"DIDL\x00\x00", sender=ALICE)
    with pytest.raises(Reject, match="Error decoding candid") as malformed:
        replica.update(MANAGEMENT, "canister_status", b"not candid", sender=ALICE)

    assert (unknown.value.error_code, malformed.value.error_code) == ("IC0407", "IC0408")


# -- By canisters, with cycles ---------------------------------------------------------------------------------------


def test_a_canister_creates_with_the_cycles_it_sends_less_the_fee(replica: LocalReplica, manager: Principal):
    """Topic: Creation; create by a canister, with cycles."""
    created = manage_as_canister(replica, manager, "create_canister", cycles=prices.CREATION + 42, settings=None)

    child = Principal(created["canister_id"])
    info = manage_as_canister(replica, manager, "canister_info", canister_id=child)
    assert info["controllers"] == [manager]
    assert info["module_hash"] is None
    status = manage_as_canister(replica, manager, "canister_status", canister_id=child)
    assert (status["cycles"], status["version"], status["status"]) == (42, 0, {"running": None})


def test_creating_takes_settings_and_refuses_bad_ones_with_all_cycles_back(replica: LocalReplica, manager: Principal):
    given = {"controllers": [ALICE, BOB, BOB], "freezing_threshold": 9, "log_visibility": {"public": None}}
    created = manage_as_canister(replica, manager, "create_canister", cycles=prices.CREATION, settings=given)
    settings = replica.canister_status(Principal(created["canister_id"]))["settings"]
    assert settings["controllers"] == sorted([ALICE, BOB])
    assert (settings["freezing_threshold"], settings["log_visibility"]) == (9, {"public": None})

    before, bad = replica.canister_status(manager)["cycles"], {"compute_allocation": 101}
    with pytest.raises(Reject, match="compute_allocation of 101 is above the limit"):
        manage_as_canister(replica, manager, "create_canister", cycles=10 * prices.CREATION, settings=bad)
    assert before - replica.canister_status(manager)["cycles"] < prices.CREATION


def test_too_few_cycles_create_nothing(replica: LocalReplica, manager: Principal):
    with pytest.raises(Reject, match=f"requires a fee of {prices.CREATION}") as failure:
        manage_as_canister(replica, manager, "create_canister", cycles=prices.CREATION - 1, settings=None)

    assert failure.value.code == RejectCode.CANISTER_REJECT
    assert replica.create_canister() == Principal.from_counter(0x8000_0000_0010_0001)


def test_a_canister_may_create_provisionally_for_free(replica: LocalReplica, manager: Principal):
    method = "provisional_create_canister_with_cycles"

    created = manage_as_canister(replica, manager, method, amount=7, settings=None, specified_id=LEDGER)

    assert created["canister_id"] == LEDGER
    assert manage_as_canister(replica, manager, "canister_status", canister_id=LEDGER)["cycles"] == 7


def test_anybody_may_top_up_and_deposit_but_only_to_somebody(replica: LocalReplica, manager: Principal):
    """Topic: Cycles; deposit by others, to nonexistent; provisional top-up by user and canister."""
    target = replica.create_canister(cycles=0)
    manage(replica, "provisional_top_up_canister", target, sender=MALLORY, amount=1)
    manage_as_canister(replica, manager, "provisional_top_up_canister", canister_id=target, amount=2)
    manage_as_canister(replica, manager, "deposit_cycles", cycles=4, canister_id=target)
    before = replica.canister_status(manager)["cycles"]

    with pytest.raises(Reject, match="not found"):
        manage_as_canister(replica, manager, "deposit_cycles", cycles=10**12, canister_id=LEDGER)

    assert replica.canister_status(target)["cycles"] == 7
    assert before - replica.canister_status(manager)["cycles"] < 10**12
    with pytest.raises(Reject, match="more than a balance can hold"):
        manage(replica, "provisional_top_up_canister", target, amount=2**128)
