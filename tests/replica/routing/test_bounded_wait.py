"""Bounded-wait calls: the caller waits until a deadline, and what comes later is lost on record."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine
from tests.replica.routing.test_cycles import unaccounted

SENT = 1_000_000_000
EXPIRED = b"err 6: Call deadline has expired."


def ask(ic: Ic, arg: bytes) -> Running:
    """Takes seconds, then callee and method."""
    seconds, callee, method = int(arg[:4]), arg[4:14], arg[14:].decode()
    response = yield CallOut(callee, method, b"milk", SENT, timeout_seconds=seconds)
    ic.state.map_put(NOTES, b"refund", b"%d" % ic.cycles_refunded())
    ic.reply(show(response))


def refund(ic: Ic, arg: bytes) -> None:
    ic.reply(ic.state.map_get(NOTES, b"refund") or b"")


def accept_some_and_write(ic: Ic, arg: bytes) -> None:
    ic.cycles_accept(SENT // 4)
    ic.state.map_put(NOTES, b"note", arg)
    ic.reply(b"taken")


def deadline(ic: Ic, arg: bytes) -> None:
    ic.reply(b"%d %d" % (ic.deadline_ns(), ic.time_ns))


@pytest.fixture
def caller(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    return replica.canister(define_notebook(engine, "caller", updates={"ask": ask}, queries={"refund": refund}))


@pytest.fixture
def callee(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    updates = {"take": accept_some_and_write, "deadline": deadline}
    return replica.canister(define_notebook(engine, "callee", updates=updates))


def submit(replica: LocalReplica, caller: Principal, callee: Principal, method: str, *, seconds: int = 10) -> bytes:
    return replica.submit(caller, "ask", b"%4d" % seconds + callee + method.encode())


def balance(replica: LocalReplica, canister_id: Principal) -> int:
    cycles: int = replica.canister_status(canister_id)["cycles"]
    return cycles


def test_an_answer_in_time_is_an_answer_like_any_other(replica: LocalReplica, caller: Principal, callee: Principal):
    request_id = submit(replica, caller, callee, "take")
    replica.finish(request_id)

    assert replica.reply(request_id) == b"ok: taken"
    assert replica.query(caller, "refund") == b"%d" % (SENT - SENT // 4)
    assert replica.core.next_timer_ns() is None
    assert unaccounted(replica) == 0


@pytest.mark.parametrize(("seconds", "granted"), [(10, 10), (300, 300), (5_000, 300), (0, 0)])
def test_the_callee_sees_the_deadline_which_is_at_most_five_minutes_away(
    replica: LocalReplica, caller: Principal, callee: Principal, seconds: int, granted: int
):
    replica.restart(messages_per_round_max=1)  # so that a deadline of no seconds has passed when it matters
    request_id = submit(replica, caller, callee, "deadline", seconds=seconds)
    replica.finish(request_id)

    if granted == 0:
        assert replica.reply(request_id) == EXPIRED
    else:
        deadline_ns, time_ns = map(int, replica.reply(request_id).removeprefix(b"ok: ").split())
        assert deadline_ns - time_ns == granted * 1_000_000_000


def test_other_calls_have_no_deadline(replica: LocalReplica, engine: ScriptedEngine, callee: Principal):
    def forward(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(callee, "deadline")
        ic.reply(show(response))

    canister = replica.canister(define_notebook(engine, "patient", updates={"forward": forward}))

    assert replica.update(canister, "forward").startswith(b"ok: 0 ")
    assert replica.update(callee, "deadline").startswith(b"0 ")


def test_a_request_whose_deadline_passed_in_the_queue_is_dropped_unread(
    replica: LocalReplica, caller: Principal, callee: Principal
):
    replica.restart(messages_per_round_max=1)
    before = balance(replica, caller)
    request_id = submit(replica, caller, callee, "take")
    replica.tick()
    replica.clock.advance(seconds=10)
    replica.finish(request_id)

    assert replica.reply(request_id) == EXPIRED
    replica.run_until_idle()
    assert replica.query(callee, "read") == b""
    assert before - balance(replica, caller) in range(SENT, SENT + 50_000_000)
    assert unaccounted(replica) == 0


def test_a_late_answer_is_discarded_and_its_cycles_are_burnt(
    replica: LocalReplica, caller: Principal, engine: ScriptedEngine
):
    def take_and_outwait(ic: Ic, arg: bytes) -> Running:
        ic.cycles_accept(SENT // 4)
        for _ in range(3):
            yield CallOut(ic.canister_id, "whoami")
        ic.state.map_put(NOTES, b"note", b"answered")
        ic.reply(b"late")

    replica.restart(messages_per_round_max=1)
    slow = replica.canister(define_notebook(engine, "slow", updates={"take": take_and_outwait}))
    before = balance(replica, caller), balance(replica, slow)
    request_id = submit(replica, caller, slow, "take")
    replica.tick(3)
    replica.clock.advance(seconds=10)
    replica.finish(request_id)
    assert replica.reply(request_id) == EXPIRED
    assert replica.query(slow, "read") == b""
    assert unaccounted(replica) == 0

    replica.run_until_idle()

    assert replica.query(slow, "read") == b"answered"
    assert replica.query(caller, "refund") == b"0"
    assert before[0] - balance(replica, caller) in range(SENT, SENT + 50_000_000)
    assert balance(replica, slow) - before[1] in range(SENT // 4 - 100_000_000, SENT // 4)
    assert unaccounted(replica) == 0
    replica.manage("stop_canister", {"canister_id": caller}, sender=ALICE, target=caller)  # nothing is open


def test_waiting_ends_by_itself_when_the_deadline_comes(
    replica: LocalReplica, caller: Principal, engine: ScriptedEngine
):
    def never(ic: Ic, arg: bytes) -> Running:
        while True:
            yield CallOut(ic.canister_id, "whoami")

    replica.restart(messages_per_round_max=2)
    busy = replica.canister(define_notebook(engine, "busy", updates={"never": never}))
    request_id = submit(replica, caller, busy, "never", seconds=30)
    replica.tick(3)
    due_ns = replica.core.next_timer_ns()
    assert due_ns is not None
    assert due_ns - replica.clock.now_ns() == 30_000_000_000

    replica.clock.advance(seconds=30)
    replica.tick(20)

    assert replica.reply(request_id) == EXPIRED


def test_a_request_may_carry_two_mebibytes(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def send(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(notebook, "write", bytes(int(arg)), timeout_seconds=10)
        ic.reply(show(response))

    sender = replica.canister(define_notebook(engine, "sender", updates={"send": send}))

    assert replica.update(sender, "send", b"%d" % 2**21) == b"ok: written"
    with pytest.raises(Reject, match="exceeds the limit"):
        replica.update(sender, "send", b"%d" % (2**21 + 1))


def test_under_overload_answers_are_dropped_and_no_call_is_sent(
    replica: LocalReplica, caller: Principal, callee: Principal, notebook: Principal
):
    replica.restart(calls_in_flight_max=1)
    first = submit(replica, caller, callee, "take")
    second = replica.submit(notebook, "forward_write", callee + b"milk")
    replica.run_until_idle()

    assert replica.reply(first).startswith(b"err 6: The response to this call was dropped")
    assert replica.reply(second) == b"err 2: Couldn't send message"
    assert replica.query(callee, "read") == b"milk"
    assert replica.query(caller, "refund") == b"0"
    assert unaccounted(replica) == 0


def test_a_restart_ends_waiting_and_returns_the_cycles(replica: LocalReplica, caller: Principal, callee: Principal):
    replica.restart(messages_per_round_max=1)
    before = balance(replica, caller)
    submit(replica, caller, callee, "take")
    replica.tick()

    replica.restart(messages_per_round_max=1_000)

    assert before - balance(replica, caller) < 50_000_000
    assert replica.core.next_timer_ns() is None
    assert unaccounted(replica) == 0
