"""What messages cost, to the cycle: `docs/cycles.md`. Cycles APIs in each entry point; `performance_counter`."""

from __future__ import annotations

import pytest

from replica.management import prices
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from replica.state.consumption import USES
from replica.state.instructions import HOST_CALL, MESSAGE, PAYLOAD_BYTE, STORAGE, STORAGE_BYTE
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, MALLORY, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap

WRITTEN = b"written"
# What the notebook's `write` asks of the system for an argument of four bytes.
WRITE_INSTRUCTIONS = MESSAGE + PAYLOAD_BYTE * 4 + STORAGE + STORAGE_BYTE * 4 + HOST_CALL + PAYLOAD_BYTE * len(WRITTEN)


def consumed(replica: LocalReplica, canister_id: Principal) -> dict[str, int]:
    metrics: dict[str, int] = replica.ask_management("canister_metrics", canister_id)["cycles_consumed"]
    return metrics


def spent(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {use: after[use] - before[use] for use in USES if after[use] != before[use]}


def test_an_update_pays_for_ingress_and_for_its_instructions(replica: LocalReplica, notebook: Principal):
    before, balance = consumed(replica, notebook), replica.canister_status(notebook)["cycles"]

    replica.update(notebook, "write", b"milk")

    ingress, execution = 1_200_000 + 4 * 2_000, 5_000_000 + WRITE_INSTRUCTIONS
    assert spent(before, consumed(replica, notebook)) == {"ingress_induction": ingress, "instructions": execution}
    assert balance - replica.canister_status(notebook)["cycles"] == ingress + execution


def test_an_update_that_traps_pays_for_what_it_did(replica: LocalReplica, notebook: Principal):
    before = consumed(replica, notebook)

    with pytest.raises(Reject, match="on purpose"):
        replica.update(notebook, "write_then_trap", b"milk")

    instructions = MESSAGE + PAYLOAD_BYTE * 4 + STORAGE + STORAGE_BYTE * 4
    assert spent(before, consumed(replica, notebook))["instructions"] == prices.EXECUTION + instructions


def test_a_call_is_paid_by_its_sender_when_it_is_answered(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    before, before_callee = consumed(replica, notebook), consumed(replica, other_notebook)

    replica.update(notebook, "forward_write", other_notebook + b"milk")

    paid = spent(before, consumed(replica, notebook))
    assert paid["request_and_response_transmission"] == 260_000 + 1_000 * len(b"write" + b"milk" + WRITTEN)
    assert spent(before_callee, consumed(replica, other_notebook)) == {"instructions": 5_000_000 + WRITE_INSTRUCTIONS}
    update_and_callback = 2 * (prices.EXECUTION + MESSAGE + HOST_CALL)
    payload = PAYLOAD_BYTE * (10 + 4 + 4 + len(WRITTEN) + len(b"ok: " + WRITTEN))
    assert paid["instructions"] == update_and_callback + payload


def test_a_call_that_is_out_holds_the_price_of_the_largest_response_back(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    replica.restart(messages_per_round_max=1)
    balance = replica.canister_status(notebook)["cycles"]
    request_id = replica.submit(notebook, "forward_write", other_notebook + b"milk")

    replica.tick()
    while_out = balance - replica.canister_status(notebook)["cycles"]
    replica.finish(request_id)

    assert while_out > 2 * 2**20 * 1_000
    assert balance - replica.canister_status(notebook)["cycles"] < 30_000_000


def test_queries_are_free(replica: LocalReplica, notebook: Principal):
    before = consumed(replica, notebook)

    replica.query(notebook, "read")

    assert consumed(replica, notebook) == before


def test_who_manages_a_canister_does_so_at_its_expense(replica: LocalReplica, notebook: Principal):
    arg = INTERFACE.encode_args("start_canister", {"canister_id": notebook})
    before = consumed(replica, notebook)

    replica.update(MANAGEMENT, "start_canister", arg, sender=ALICE, effective_canister_id=notebook)

    assert spent(before, consumed(replica, notebook)) == {"ingress_induction": 1_200_000 + 2_000 * len(arg)}


def test_strangers_cannot_spend_what_a_canister_has(replica: LocalReplica, notebook: Principal):
    before = consumed(replica, notebook)

    with pytest.raises(Reject, match="Only controllers"):
        replica.manage("start_canister", {"canister_id": notebook}, sender=MALLORY, target=notebook)
    top_up = {"canister_id": notebook, "amount": 1}
    replica.manage("provisional_top_up_canister", top_up, sender=MALLORY, target=notebook)

    assert consumed(replica, notebook) == before


def test_only_controllers_see_what_cycles_were_used_for(replica: LocalReplica, notebook: Principal):
    assert set(consumed(replica, notebook)) == set(USES)

    with pytest.raises(Reject, match="Only controllers") as failure:
        replica.ask_management("canister_metrics", notebook, sender=MALLORY)
    assert failure.value.error_code == "IC0512"
    with pytest.raises(Reject, match="Only controllers"):
        replica.manage("canister_metrics", {"canister_id": notebook}, sender=MALLORY, target=notebook)


def test_what_was_used_survives_a_restart(replica: LocalReplica, notebook: Principal):
    replica.update(notebook, "write", b"milk")
    before = consumed(replica, notebook)

    replica.restart()

    assert consumed(replica, notebook) == before


def test_creating_a_canister_is_counted_with_the_new_one(replica: LocalReplica, engine: ScriptedEngine):
    def create(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "create_canister", arg, 2_000_000_000_000)
        ic.reply(show(response))

    founder = replica.canister(define_notebook(engine, "founder", updates={"create": create}))
    reply = replica.update(founder, "create", INTERFACE.encode_args("create_canister", {}))
    (created,) = INTERFACE.decode_results("create_canister", reply.removeprefix(b"ok: "))

    metrics = replica.ask_management("canister_metrics", Principal(created["canister_id"]), sender=founder)
    assert metrics["cycles_consumed"]["canister_creation"] == 500_000_000_000


@pytest.mark.parametrize("fails", [False, True])
def test_the_hooks_of_an_upgrade_are_paid_for_whether_it_succeeds_or_not(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal, fails: bool
):
    def post_upgrade(ic: Ic, arg: bytes) -> None:
        ic.state.map_put(NOTES, b"note", bytes(1_000))
        if fails:
            trap("not this time")

    module = define_notebook(engine, f"next {fails}", post_upgrade=post_upgrade)
    before = consumed(replica, notebook)["instructions"]

    if fails:
        with pytest.raises(Reject, match="not this time"):
            replica.install(notebook, module, b"", mode="upgrade")
    else:
        replica.install(notebook, module, b"", mode="upgrade")

    pre_and_post_upgrade = 2 * (prices.EXECUTION + MESSAGE)
    stored = STORAGE + STORAGE_BYTE * 1_000
    assert consumed(replica, notebook)["instructions"] - before == pre_and_post_upgrade + stored


def test_cycles_can_be_burnt_but_not_those_that_keep_from_freezing(replica: LocalReplica, engine: ScriptedEngine):
    def burn(ic: Ic, arg: bytes) -> None:
        ic.reply(b"%d" % ic.cycles_burn(int(arg)))

    burner = replica.canister(define_notebook(engine, "burner", updates={"burn": burn}))
    settings = {"canister_id": burner, "settings": {"memory_allocation": 2**30}}
    replica.manage("update_settings", settings, sender=ALICE, target=burner)

    assert replica.update(burner, "burn", b"1000") == b"1000"
    assert consumed(replica, burner)["burned_cycles"] == 1_000
    all_but_upkeep = int(replica.update(burner, "burn", b"%d" % 10**30))

    assert consumed(replica, burner)["burned_cycles"] == 1_000 + all_but_upkeep
    limit = 127_000 * 2_592_000
    assert limit - replica.canister_status(burner)["cycles"] in range(10_000_000)  # what the message itself cost


# -- performance_counter ---------------------------------------------------------------------------------------------


@pytest.fixture
def counter(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal) -> Principal:
    def count(ic: Ic, arg: bytes) -> Running:
        first = ic.performance_counter(0), ic.performance_counter(1)
        replica.clock.advance(seconds=5)  # time does not count
        ic.state.map_get(NOTES, b"note")
        second = ic.performance_counter(0), ic.performance_counter(1)
        yield CallOut(notebook, "read")
        third = ic.performance_counter(0), ic.performance_counter(1)
        ic.reply(repr((first, second, third)).encode())

    return replica.canister(define_notebook(engine, "counter", updates={"count": count}))


def test_the_performance_counter_counts_what_was_asked_of_the_system(replica: LocalReplica, counter: Principal):
    first, second, third = eval(replica.update(counter, "count"))  # noqa: S307 - our own repr

    assert first == (MESSAGE, MESSAGE)
    assert second == (MESSAGE + STORAGE, MESSAGE + STORAGE)
    assert third == (MESSAGE, MESSAGE + STORAGE + HOST_CALL + MESSAGE)


def test_the_performance_counter_is_the_same_every_time(replica: LocalReplica, counter: Principal):
    assert replica.update(counter, "count") == replica.update(counter, "count")
