"""Storage and compute, paid as time passes; freezing, and what becomes of a canister that runs out."""

from __future__ import annotations

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine

GIB_SECOND = 127_000
DAY = 86_400
MONTH = 2_592_000


def set_up(replica: LocalReplica, canister_id: Principal, **settings: object) -> None:
    args = {"canister_id": canister_id, "settings": settings}
    replica.manage("update_settings", args, sender=ALICE, target=canister_id)


def balance(replica: LocalReplica, canister_id: Principal) -> int:
    cycles: int = replica.canister_status(canister_id)["cycles"]
    return cycles


def set_balance(replica: LocalReplica, canister_id: Principal, amount: int) -> None:
    """Between rounds, as if the rest had been used."""
    state = replica.core._state
    canister = state.canisters.get(canister_id)
    assert canister is not None
    state.subnet.cycles_burnt += canister.balance - amount
    canister.balance = amount
    state.canisters.mark_changed(canister)


def top_up(replica: LocalReplica, canister_id: Principal, amount: int) -> None:
    args = {"canister_id": canister_id, "amount": amount}
    replica.manage("provisional_top_up_canister", args, sender=ALICE, target=canister_id)


def history(replica: LocalReplica, engine: ScriptedEngine, canister_id: Principal) -> list[dict[str, object]]:
    """As only canisters can ask."""

    def ask(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "canister_info", arg)
        ic.reply(show(response))

    historian = replica.canister(define_notebook(engine, "historian", updates={"ask": ask}))
    arg = INTERFACE.encode_args("canister_info", {"canister_id": canister_id, "num_requested_changes": 20})
    reply = replica.update(historian, "ask", arg)
    (info,) = INTERFACE.decode_results("canister_info", reply.removeprefix(b"ok: "))
    changes: list[dict[str, object]] = info["recent_changes"]
    return changes


# -- Paying ----------------------------------------------------------------------------------------------------------


def test_memory_that_is_set_aside_is_paid_by_the_second_and_shown_at_once(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, memory_allocation=2**30)
    before = balance(replica, notebook)

    replica.clock.advance(seconds=DAY)

    assert before - balance(replica, notebook) == DAY * GIB_SECOND
    metrics = replica.ask_management("canister_metrics", notebook)["cycles_consumed"]
    assert metrics["memory"] >= DAY * GIB_SECOND
    assert replica.canister_status(notebook)["idle_cycles_burned_per_day"] == DAY * GIB_SECOND


def test_what_is_owed_is_paid_before_the_next_message_and_only_once(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, memory_allocation=2**30)
    before = balance(replica, notebook)
    replica.clock.advance(seconds=DAY)

    for _ in range(3):
        replica.update(notebook, "write", b"milk")

    paid = before - balance(replica, notebook) - DAY * GIB_SECOND
    assert paid in range(3 * 6_000_000, 3 * 10_000_000)


def test_memory_that_is_used_is_paid_too(replica: LocalReplica, engine: ScriptedEngine):
    def fill(ic: Ic, arg: bytes) -> None:
        ic.state.map_put(NOTES, b"note", bytes(2**20))
        ic.reply(b"")

    hoarder = replica.canister(define_notebook(engine, "hoarder", updates={"fill": fill}))
    replica.update(hoarder, "fill")
    before, size = balance(replica, hoarder), replica.canister_status(hoarder)["memory_size"]

    replica.clock.advance(seconds=DAY)

    assert size > 2**20
    assert before - balance(replica, hoarder) == size * DAY * GIB_SECOND // 2**30


def test_compute_allocation_is_paid_by_percent(replica: LocalReplica, notebook: Principal):
    top_up(replica, notebook, 10**15)
    set_up(replica, notebook, compute_allocation=5, memory_allocation=0)
    before = balance(replica, notebook)

    replica.clock.advance(seconds=100)

    assert before - balance(replica, notebook) in range(5 * 100 * 10_000_000, 5 * 100 * 10_000_000 + 20_000)
    metrics = replica.ask_management("canister_metrics", notebook)["cycles_consumed"]
    assert metrics["compute_allocation"] == 5 * 100 * 10_000_000


def test_a_change_of_settings_costs_nothing_for_the_time_before_it(replica: LocalReplica, notebook: Principal):
    before = balance(replica, notebook)
    replica.clock.advance(seconds=DAY)

    set_up(replica, notebook, memory_allocation=2**30)

    assert before - balance(replica, notebook) < 20_000_000


def test_a_little_memory_is_paid_in_the_end(replica: LocalReplica, notebook: Principal):
    replica.update(notebook, "write", b"milk")
    memory = replica.ask_management("canister_metrics", notebook)["cycles_consumed"]["memory"]

    for _ in range(20):
        replica.clock.advance(seconds=10)
        replica.update(notebook, "whoami")

    size = replica.canister_status(notebook)["memory_size"]
    paid = replica.ask_management("canister_metrics", notebook)["cycles_consumed"]["memory"] - memory
    assert abs(size * 200 * GIB_SECOND // 2**30 - paid) <= 20  # less than a cycle is lost each time


def test_a_record_of_before_owes_nothing_for_that_time(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, memory_allocation=2**30)
    canister = replica.core._state.canisters.get(notebook)
    assert canister is not None
    canister.paid_until_ns = 0
    before = balance(replica, notebook)

    replica.update(notebook, "write", b"milk")

    assert before - balance(replica, notebook) < 10_000_000
    replica.clock.advance(seconds=DAY)
    assert before - balance(replica, notebook) > DAY * GIB_SECOND


# -- Frozen ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def frozen(replica: LocalReplica, notebook: Principal) -> Principal:
    set_up(replica, notebook, memory_allocation=2**30)
    set_balance(replica, notebook, MONTH * GIB_SECOND - 1_000)
    return notebook


@pytest.mark.parametrize("is_query", [False, True])
def test_a_frozen_canister_refuses_ingress_and_queries(replica: LocalReplica, frozen: Principal, is_query: bool):
    with pytest.raises(Reject) as failure:
        (replica.query(frozen, "read") if is_query else replica.update(frozen, "write", b"milk"))

    missing = 1_000 if is_query else 1_000 + 1_200_000 + 4 * 2_000 + 5_000_000
    text = f"Canister {frozen} is out of cycles: please top up the canister with at least {missing} additional cycles"
    assert (failure.value.code, failure.value.error_code) == (RejectCode.SYS_TRANSIENT, "IC0207")
    assert failure.value.message == text


def test_a_frozen_canister_refuses_calls(replica: LocalReplica, frozen: Principal, other_notebook: Principal):
    reply = replica.update(other_notebook, "forward_write", frozen + b"milk")

    assert reply.startswith(f"err 2: Canister {frozen} is out of cycles".encode())


def test_a_frozen_canister_thaws_when_topped_up(replica: LocalReplica, frozen: Principal):
    top_up(replica, frozen, 100_000_000)

    assert replica.update(frozen, "write", b"milk") == b"written"


def test_a_lower_threshold_thaws_too(replica: LocalReplica, frozen: Principal):
    set_up(replica, frozen, freezing_threshold=DAY)

    assert replica.update(frozen, "write", b"milk") == b"written"


def test_time_alone_freezes_a_canister_for_queries_too(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, memory_allocation=2**30)
    set_balance(replica, notebook, MONTH * GIB_SECOND + 1_000)
    assert replica.query(notebook, "read") == b""

    replica.clock.advance(seconds=60)

    with pytest.raises(Reject, match="is out of cycles"):
        replica.query(notebook, "read")


def test_a_callback_runs_although_the_canister_froze_meanwhile(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    replica.restart(messages_per_round_max=1)
    request_id = replica.submit(notebook, "forward_write", other_notebook + b"milk")
    replica.tick()
    set_balance(replica, notebook, 0)

    replica.finish(request_id)

    assert replica.reply(request_id) == b"ok: written"


def test_a_call_that_would_freeze_its_sender_is_not_sent(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def try_to_call(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(notebook, "write", b"milk")
        ic.reply(show(response))

    poor = replica.canister(define_notebook(engine, "poor", updates={"try": try_to_call}), cycles=2_000_000_000)

    assert replica.update(poor, "try") == b"err 2: Couldn't send message"
    assert replica.query(notebook, "read") == b""
    top_up(replica, poor, 1_000_000_000)
    assert replica.update(poor, "try") == b"ok: written"


def test_cycles_that_keep_from_freezing_cannot_be_sent(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def send(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(notebook, "write", b"milk", int(arg))
        ic.reply(show(response))

    sender = replica.canister(define_notebook(engine, "sender", updates={"send": send}), cycles=10**12)
    set_up(replica, sender, memory_allocation=2**30)
    limit = MONTH * GIB_SECOND

    with pytest.raises(Reject, match="above the freezing limit") as failure:
        replica.update(sender, "send", b"%d" % (balance(replica, sender) - limit))
    assert failure.value.error_code == "IC0520"
    assert replica.update(sender, "send", b"%d" % (balance(replica, sender) - limit - 3_000_000_000)) == b"ok: written"


def test_a_frozen_canister_keeps_its_timers_and_has_no_heartbeat(replica: LocalReplica, engine: ScriptedEngine):
    def ring(ic: Ic) -> None:
        ic.state.map_put(NOTES, b"note", (ic.state.map_get(NOTES, b"note") or b"") + b"*")

    def arm(ic: Ic, arg: bytes) -> None:
        ic.set_timer(5, "ring", repeat=False)
        ic.reply(b"")

    module = define_notebook(engine, "bell", updates={"arm": arm}, functions={"ring": ring}, heartbeat=ring)
    bell = replica.canister(module)
    replica.update(bell, "arm")
    set_up(replica, bell, memory_allocation=2**30)
    rung = replica.query(bell, "read")
    set_balance(replica, bell, MONTH * GIB_SECOND)

    for _ in range(10):
        replica.clock.advance(seconds=1)
        replica.run_until_idle()
    set_up(replica, bell, freezing_threshold=0)
    assert replica.query(bell, "read") == rung
    replica.clock.advance(minutes=2)
    replica.run_until_idle()

    assert len(replica.query(bell, "read")) == len(rung) + 2


# -- Running out -----------------------------------------------------------------------------------------------------


@pytest.fixture
def broke(replica: LocalReplica, notebook: Principal) -> Principal:
    """Has stored something, and owes more than it has."""
    replica.update(notebook, "write", b"milk")
    set_up(replica, notebook, memory_allocation=2**30, freezing_threshold=0)
    set_balance(replica, notebook, 500_000_000)
    replica.clock.advance(seconds=DAY)
    return notebook


def test_a_canister_that_cannot_pay_is_found_and_uninstalled(
    replica: LocalReplica, engine: ScriptedEngine, broke: Principal
):
    replica.tick()

    status = replica.canister_status(broke)
    assert (status["module_hash"], status["cycles"]) == (None, 0)
    memory = status["memory_metrics"]
    assert memory["stable_memory_size"] == memory["wasm_binary_size"] == memory["wasm_chunk_store_size"] == 0
    assert status["settings"]["controllers"] == [ALICE]
    assert status["settings"]["memory_allocation"] == 0
    last = history(replica, engine, broke)[-1]
    assert last["details"] == {"code_uninstall": None}
    assert last["origin"] == {"from_canister": {"canister_id": MANAGEMENT, "canister_version": None}}
    assert replica.ask_management("canister_metrics", broke)["cycles_consumed"]["memory"] >= 500_000_000


def test_what_ran_out_can_be_topped_up_and_installed_anew(
    replica: LocalReplica, broke: Principal, notebook_module: bytes
):
    replica.tick()
    with pytest.raises(Reject, match="contains no Wasm module"):
        replica.update(broke, "read")

    top_up(replica, broke, 10**12)
    replica.install(broke, notebook_module)

    assert replica.update(broke, "read") == b""


def test_it_is_found_too_when_a_message_comes_before_the_sweep(replica: LocalReplica, notebook: Principal):
    set_up(replica, notebook, memory_allocation=2**30, freezing_threshold=0)
    replica.tick()  # a pass of the sweep is over; the next one comes in an hour
    set_balance(replica, notebook, 500_000_000)
    replica.clock.advance(minutes=59, seconds=59)
    replica.clock.advance(minutes=10)
    replica.core._scheduler._sweep._next_pass_ns = 2**63

    with pytest.raises(Reject, match="contains no Wasm module"):
        replica.update(notebook, "write", b"milk")

    assert replica.canister_status(notebook)["module_hash"] is None


def test_a_top_up_in_time_saves_a_canister(replica: LocalReplica, broke: Principal):
    request = {"canister_id": broke, "amount": 10**12}
    replica.core._scheduler._sweep._next_pass_ns = 2**63

    replica.manage("provisional_top_up_canister", request, sender=ALICE, target=broke)

    assert replica.update(broke, "read") == b"milk"


def test_who_waits_for_a_canister_that_runs_out_is_rejected(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    replica.restart(messages_per_round_max=1)
    set_up(replica, notebook, memory_allocation=2**30, freezing_threshold=0)
    request_id = replica.submit(notebook, "forward_write", other_notebook + b"milk")
    replica.tick()
    set_balance(replica, notebook, 1_000)
    replica.clock.advance(hours=2)

    replica.finish(request_id)

    with pytest.raises(Reject, match="Canister has been uninstalled"):
        replica.reply(request_id)
    replica.run_until_idle()
    assert replica.query(other_notebook, "read") == b"milk"


def test_an_empty_canister_without_cycles_stays_what_it_is(replica: LocalReplica, engine: ScriptedEngine):
    empty = replica.create_canister(cycles=0)
    for _ in range(3):
        replica.clock.advance(hours=2)
        replica.tick()

    assert replica.canister_status(empty)["cycles"] == 0
    assert len(history(replica, engine, empty)) == 1


def test_a_sweep_comes_past_every_canister_some_in_each_round(replica: LocalReplica, notebook_module: bytes):
    canisters = [replica.canister(notebook_module, cycles=10**12) for _ in range(3)]
    for canister_id in canisters:
        set_up(replica, canister_id, memory_allocation=2**30, freezing_threshold=0)
        set_balance(replica, canister_id, 1_000)
    for _ in range(220):
        replica.create_canister(cycles=10**12)
    replica.clock.advance(days=1)

    replica.tick(3)

    assert [replica.canister_status(each)["module_hash"] for each in canisters] == [None] * 3


def test_a_sweep_keeps_nothing_in_memory(replica: LocalReplica):
    for _ in range(20):
        replica.create_canister(cycles=10**12)
    replica.restart()
    replica.clock.advance(hours=2)

    replica.tick()

    assert not replica.core._state.canisters._loaded
