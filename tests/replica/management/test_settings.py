"""Settings: what is given changes, the rest stays, and limits hold."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.notebook import define_notebook, show
from tests.fixtures.replica import ALICE, BOB, LocalReplica, person, without_cycles
from tests.fixtures.scripted_engine import CallOut, Ic, Running, ScriptedEngine
from tests.replica.management.calls import manage, set_up


def test_what_is_given_changes_and_the_rest_stays(replica: LocalReplica, notebook: Principal):
    before = replica.canister_status(notebook)

    set_up(replica, notebook, freezing_threshold=99, environment_variables=[{"name": "A", "value": "b"}])

    after = replica.canister_status(notebook)
    assert after["settings"]["freezing_threshold"] == 99
    assert after["settings"]["environment_variables"] == [{"name": "A", "value": "b"}]
    assert after["settings"]["wasm_memory_limit"] == before["settings"]["wasm_memory_limit"]
    assert after["version"] == before["version"] + 1


def test_settings_survive_a_restart(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, log_visibility={"allowed_viewers": [BOB]}, reserved_cycles_limit=2**100)
    before = replica.canister_status(notebook)

    replica.restart()

    assert replica.canister_status(notebook) == before


@pytest.mark.parametrize(
    "settings",
    [
        {"compute_allocation": 101},
        {"memory_allocation": 2**64},
        {"freezing_threshold": 2**64},
        {"wasm_memory_limit": 2**48 + 1},
        {"environment_variables": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
        {"environment_variables": [{"name": "A", "value": "x" * 129}]},
        {"environment_variables": [{"name": str(number), "value": ""} for number in range(21)]},
        {"log_visibility": {"allowed_viewers": [Principal(bytes([number])) for number in range(11)]}},
    ],
)
def test_a_value_out_of_its_limits_is_refused_and_nothing_changes(
    replica: LocalReplica, notebook: Principal, settings: dict[str, object]
):
    before = replica.canister_status(notebook)

    with pytest.raises(Reject) as failure:
        set_up(replica, notebook, controllers=[BOB], **settings)

    assert failure.value.error_code == "IC0408"
    assert without_cycles(replica.canister_status(notebook)) == without_cycles(before)


def test_a_long_freezing_threshold_freezes_a_canister_that_stores_much(replica: LocalReplica, notebook: Principal):
    replica.update(notebook, "write", bytes(2**20))
    assert replica.update(notebook, "read") == bytes(2**20)

    set_up(replica, notebook, freezing_threshold=2**40)

    with pytest.raises(Reject, match="is out of cycles"):
        replica.update(notebook, "write", b"more")
    with pytest.raises(Reject, match="is out of cycles"):
        replica.query(notebook, "read")
    set_up(replica, notebook, freezing_threshold=1)
    assert replica.update(notebook, "write", b"more") == b"written"


# -- Allocations and growth ------------------------------------------------------------------------------------------


def test_more_memory_than_there_is_cannot_be_promised(replica: LocalReplica, notebook: Principal):
    there_is = replica.config.map_size_bytes

    with pytest.raises(
        Reject, match=f"requested {there_is + 1} bytes of memory but only {there_is} are available"
    ) as no:
        set_up(replica, notebook, memory_allocation=there_is + 1)

    assert (no.value.code, no.value.error_code) == (RejectCode.SYS_FATAL, "IC0101")
    assert replica.canister_status(notebook)["settings"]["memory_allocation"] == 0
    with pytest.raises(Reject, match="are available in the subnet"):
        replica.create_canister(settings={"memory_allocation": there_is + 1})


@pytest.mark.parametrize(
    ("setting", "amount", "error_code"), [("memory_allocation", 2**37, "IC0531"), ("compute_allocation", 99, "IC0530")]
)
def test_an_allocation_that_would_freeze_the_canister_is_refused(
    replica: LocalReplica, setting: str, amount: int, error_code: str
):
    poor, rich = replica.create_canister(cycles=10**12), replica.create_canister(cycles=10**17)

    with pytest.raises(Reject, match="due to insufficient cycles") as failure:
        set_up(replica, poor, **{setting: amount})

    assert failure.value.error_code == error_code
    assert replica.canister_status(poor)["settings"][setting] == 0
    set_up(replica, rich, **{setting: amount})
    assert replica.canister_status(rich)["settings"][setting] == amount


def test_an_allocation_is_a_promise_and_no_limit(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, memory_allocation=1)

    replica.update(notebook, "write", bytes(2**20))

    assert replica.canister_status(notebook)["memory_size"] > 2**20


def test_a_message_that_grows_memory_beyond_what_can_be_paid_traps(replica: LocalReplica, notebook_module: bytes):
    poor = replica.canister(notebook_module, cycles=10**12)
    set_up(replica, poor, freezing_threshold=5 * 10**9)
    replica.update(poor, "write", b"small")

    with pytest.raises(Reject, match="cannot grow memory by 1999995 bytes due to insufficient cycles") as failure:
        replica.update(poor, "write", bytes(2_000_000))

    assert (failure.value.code, failure.value.error_code) == (RejectCode.CANISTER_ERROR, "IC0532")
    assert replica.update(poor, "read") == b"small"
    manage(replica, "provisional_top_up_canister", poor, amount=10**15)
    assert replica.update(poor, "write", bytes(2_000_000)) == b"written"


def test_a_snapshot_that_would_freeze_the_canister_is_not_taken(replica: LocalReplica, notebook_module: bytes):
    poor = replica.canister(notebook_module, cycles=10**12)
    replica.update(poor, "write", bytes(2_000_000))
    enough = replica.canister_status(poor)
    seconds = enough["cycles"] * 86_400 // enough["idle_cycles_burned_per_day"] * 3 // 4
    set_up(replica, poor, freezing_threshold=seconds)

    with pytest.raises(Reject, match="cannot grow memory") as failure:
        manage(replica, "take_canister_snapshot", poor)

    assert failure.value.error_code == "IC0532"
    assert replica.canister_status(poor)["memory_metrics"]["snapshots_size"] == 0
    assert replica.update(poor, "read") == bytes(2_000_000)
    manage(replica, "provisional_top_up_canister", poor, amount=10**15)
    manage(replica, "take_canister_snapshot", poor)


# -- Calls that must bring cycles ------------------------------------------------------------------------------------


def test_canisters_must_bring_the_cycles_that_the_settings_ask_for(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def pay(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(arg[:10], "write", b"paid", cycles=int.from_bytes(arg[10:], "big"))
        ic.reply(show(response))

    payer = replica.canister(define_notebook(engine, "payer", updates={"pay": pay}))
    set_up(replica, notebook, minimum_incoming_canister_call_cycles=1_000)

    too_few = replica.update(payer, "pay", notebook + (999).to_bytes(2, "big"))
    enough = replica.update(payer, "pay", notebook + (1_000).to_bytes(2, "big"))

    expected = f"err 4: Canister {notebook} requires at least 1000 transferred cycles per call, but 999 were sent"
    assert too_few.decode() == expected
    assert enough == b"ok: written"
    assert replica.update(notebook, "write", b"users bring none") == b"written"
    assert replica.update(notebook, "forward_write", notebook + b"nor does it itself") == b"ok: written"


# -- Controllers -----------------------------------------------------------------------------------------------------


def test_controllers_are_ten_at_most_and_each_is_listed_once(replica: LocalReplica, notebook: Principal):
    many = [ALICE, *(person(f"controller {number}") for number in range(10))]

    with pytest.raises(Reject, match="11 controllers are above the limit of 10"):
        set_up(replica, notebook, controllers=many)
    set_up(replica, notebook, controllers=[ALICE, ALICE, *many[1:10]])

    assert sorted(replica.canister_status(notebook)["settings"]["controllers"]) == sorted(many[:10])
