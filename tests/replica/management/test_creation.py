"""How canisters come to be, and with what."""

from __future__ import annotations

import pytest

from replica.management.settings import CONTROLLERS_MAX
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.replica import ALICE, BOB, LocalReplica, person

LEDGER = Principal.from_text("ryjl3-tyaaa-aaaaa-aaaba-cai")
OUTSIDE = Principal.from_counter(0xFFFF_FFFF_FF90_0000)


def test_a_new_canister_is_empty_running_and_controlled_by_its_creator(replica: LocalReplica):
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
    assert replica.create_canister(specified_id=LEDGER) == LEDGER

    with pytest.raises(Reject, match=f"Canister {LEDGER} is already installed") as failure:
        replica.create_canister(specified_id=LEDGER)
    assert failure.value.error_code == "IC0538"


def test_an_id_outside_the_ranges_is_refused(replica: LocalReplica):
    with pytest.raises(Reject, match="not in the ranges"):
        replica.create_canister(specified_id=OUTSIDE)


def test_an_asked_for_id_is_not_given_out_again(replica: LocalReplica):
    taken = Principal.from_counter(0x8000_0000_0010_0000)
    replica.create_canister(specified_id=taken)

    assert replica.create_canister() != taken


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
