"""Cycles attached to calls: accepted, refunded, and never lost or made on the way (I10)."""

from __future__ import annotations

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.notebook import Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap

SENT = 1_000_000_000


def accept(ic: Ic, arg: bytes) -> None:
    accepted = ic.cycles_accept(int(arg))
    ic.reply(b"accepted %d, left %d" % (accepted, ic.cycles_available()))


def accept_and_trap(ic: Ic, arg: bytes) -> None:
    ic.cycles_accept(int(arg))
    trap("no, thanks")


def pay(ic: Ic, arg: bytes) -> Running:
    method, amount = arg[10:].decode().split()
    response = yield CallOut(arg[:10], method, amount.encode(), SENT)
    ic.reply(show(response) + b", refunded %d" % ic.cycles_refunded())


def pay_too_much(ic: Ic, arg: bytes) -> Running:
    yield CallOut(arg, "accept", b"0", ic.balance() + 1)


def give_away(ic: Ic, arg: bytes) -> None:
    ic.notify(arg, "accept", b"300000000", SENT)
    ic.reply(b"")


@pytest.fixture
def wallet_module(engine: ScriptedEngine) -> bytes:
    updates = {
        "accept": accept,
        "accept_and_trap": accept_and_trap,
        "pay": pay,
        "pay_too_much": pay_too_much,
        "give_away": give_away,
    }
    return define_notebook(
        engine, "wallet", updates=updates, queries={"accept_in_query": accept, "trap_in_query": accept_and_trap}
    )


@pytest.fixture
def payer(replica: LocalReplica, wallet_module: bytes) -> Principal:
    return replica.canister(wallet_module)


@pytest.fixture
def payee(replica: LocalReplica, wallet_module: bytes) -> Principal:
    return replica.canister(wallet_module)


def balance(replica: LocalReplica, canister_id: Principal) -> int:
    cycles: int = replica.canister_status(canister_id)["cycles"]
    return cycles


def unaccounted(replica: LocalReplica) -> int:
    """Minted, less burnt, less what canisters hold or have in flight. Nothing else may be left."""
    state = replica.core._state
    held = sum(canister.balance + canister.cycles_in_flight for canister in state.canisters.all())
    return state.subnet.cycles_minted - state.subnet.cycles_burnt - held


@pytest.mark.parametrize(
    ("method", "wanted", "accepted"),
    [
        ("accept", 0, 0),
        ("accept", 300_000_000, 300_000_000),
        ("accept", SENT, SENT),
        ("accept", 10**30, SENT),
        ("accept_in_query", 300_000_000, 300_000_000),
        ("accept_and_trap", 300_000_000, 0),
        ("trap_in_query", 300_000_000, 0),
        ("no_such_method", 300_000_000, 0),
    ],
)
def test_what_is_accepted_arrives_and_the_rest_returns(
    replica: LocalReplica, payer: Principal, payee: Principal, method: str, wanted: int, accepted: int
):
    before = balance(replica, payee)

    reply = replica.update(payer, "pay", payee + f"{method} {wanted}".encode())

    assert reply.endswith(b"refunded %d" % (SENT - accepted))
    assert before + accepted - balance(replica, payee) in range(10_000_000)
    assert unaccounted(replica) == 0


def test_cycles_sent_to_nobody_return(replica: LocalReplica, payer: Principal):
    missing = Principal.from_counter(0x8000_0000_001F_0000)

    reply = replica.update(payer, "pay", missing + b"accept 5")

    assert reply.endswith(b"refunded %d" % SENT)
    assert unaccounted(replica) == 0


def test_attaching_more_than_the_balance_traps(replica: LocalReplica, payer: Principal, payee: Principal):
    before = balance(replica, payer)

    with pytest.raises(Reject, match="cannot attach"):
        replica.update(payer, "pay_too_much", payee)

    assert before - balance(replica, payer) in range(100_000_000)
    assert unaccounted(replica) == 0


def test_what_a_notification_does_not_spend_returns(replica: LocalReplica, payer: Principal, payee: Principal):
    before = balance(replica, payer), balance(replica, payee)

    replica.update(payer, "give_away", payee)
    replica.run_until_idle()

    assert before[0] - balance(replica, payer) in range(300_000_000, 400_000_000)
    assert balance(replica, payee) - before[1] in range(200_000_000, 300_000_001)
    assert unaccounted(replica) == 0


def test_cycles_in_flight_at_a_stop_return_to_the_sender(replica: LocalReplica, payer: Principal, payee: Principal):
    before = balance(replica, payer)
    replica.restart(messages_per_round_max=1)
    replica.submit(payer, "pay", payee + b"accept 5")
    replica.tick()
    assert unaccounted(replica) == 0

    replica.restart(messages_per_round_max=1_000)

    assert before - balance(replica, payer) in range(100_000_000)
    assert unaccounted(replica) == 0


def test_depositing_and_creating_with_cycles_is_accounted_for(
    replica: LocalReplica, engine: ScriptedEngine, payee: Principal
):
    def deposit(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "deposit_cycles", arg, SENT)
        ic.reply(show(response))

    def create(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "create_canister", arg, 2_000_000_000_000)
        ic.reply(show(response))

    founder = replica.canister(define_notebook(engine, "founder", updates={"deposit": deposit, "create": create}))
    before = balance(replica, payee)

    arg = INTERFACE.encode_args("deposit_cycles", {"canister_id": payee})
    assert replica.update(founder, "deposit", arg).startswith(b"ok")
    assert balance(replica, payee) == before + SENT

    reply = replica.update(founder, "create", INTERFACE.encode_args("create_canister", {}))
    (created,) = INTERFACE.decode_results("create_canister", reply.removeprefix(b"ok: "))
    status = replica.canister_status(Principal(created["canister_id"]), sender=founder)
    assert status["cycles"] == 1_500_000_000_000
    assert unaccounted(replica) == 0


def test_creating_with_too_few_cycles_is_refused_and_refunded(replica: LocalReplica, engine: ScriptedEngine):
    def create(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "create_canister", arg, SENT)
        ic.reply(show(response) + b" refunded %d" % ic.cycles_refunded())

    founder = replica.canister(define_notebook(engine, "founder", updates={"create": create}))

    reply = replica.update(founder, "create", INTERFACE.encode_args("create_canister", {}))

    assert b"requires a fee" in reply
    assert reply.endswith(b"refunded %d" % SENT)
    assert unaccounted(replica) == 0


def test_cycles_on_their_way_from_a_canister_that_is_deleted_meanwhile(
    replica: LocalReplica, payer: Principal, payee: Principal
):
    before = balance(replica, payee)
    replica.submit(payer, "give_away", payee)
    for method in ("stop_canister", "delete_canister"):
        arg = INTERFACE.encode_args(method, {"canister_id": payer})
        replica.submit(MANAGEMENT, method, arg, sender=ALICE, effective_canister_id=payer)

    replica.run_until_idle()

    assert balance(replica, payee) - before in range(200_000_000, 300_000_001)
    assert unaccounted(replica) == 0
    with pytest.raises(Reject, match="not found"):
        replica.update(payer, "read")
    replica.restart()
    assert unaccounted(replica) == 0


def test_a_deleted_canister_takes_its_cycles_along(replica: LocalReplica, payer: Principal):
    for method in ("stop_canister", "delete_canister"):
        replica.manage(method, {"canister_id": payer}, sender=ALICE, target=payer)

    assert unaccounted(replica) == 0
