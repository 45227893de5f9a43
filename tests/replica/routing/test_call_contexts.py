"""Call contexts: what each execution of a call may still do, and what is left when one of them traps.

Inter-canister calls, replicated queries, cycles across awaits, late responses.
"""

from __future__ import annotations

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap
from tests.replica.routing.test_cycles import unaccounted

SENT = 1_000_000_000


def keep(ic: Ic, key: bytes, value: bytes = b"kept") -> None:
    ic.state.map_put(NOTES, key, value)


def kept(ic: Ic, arg: bytes) -> None:
    ic.reply(b" ".join(sorted(key for key, _ in ic.state.map_items(NOTES))))


def install(replica: LocalReplica, engine: ScriptedEngine, name: str, **changes: object) -> Principal:
    queries = {"kept": kept, **changes.pop("queries", {})}  # type: ignore[dict-item]
    return replica.canister(define_notebook(engine, name, queries=queries, **changes))


# -- Commit points ---------------------------------------------------------------------------------------------------


def test_each_await_is_a_commit_point_and_a_trap_undoes_only_what_follows_the_last_one(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def three_steps(ic: Ic, arg: bytes) -> Running:
        keep(ic, b"one")
        yield CallOut(notebook, "whoami")
        keep(ic, b"two")
        yield CallOut(notebook, "whoami")
        keep(ic, b"three")
        ic.set_certified_data(b"three")
        ic.set_timer(0, "never", repeat=False)
        ic.notify(notebook, "write", b"three", 5)
        trap("at the third step")

    canister = install(replica, engine, "steps", updates={"three_steps": three_steps})

    with pytest.raises(Reject, match="at the third step"):
        replica.update(canister, "three_steps")
    replica.run_until_idle()

    assert replica.query(canister, "kept") == b"one two"
    assert replica.query(notebook, "read") == b""
    assert replica.core.next_timer_ns() is None
    assert unaccounted(replica) == 0


def test_after_a_trap_in_a_callback_nothing_of_the_call_runs_any_more(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    """Kybra's clean-up drops the generator: locks taken before the await stay taken."""

    def lock_call_unlock(ic: Ic, arg: bytes) -> Running:
        keep(ic, b"lock")
        yield CallOut(notebook, "whoami")
        trap("before unlocking")
        ic.state.map_delete(NOTES, b"lock")

    canister = install(replica, engine, "locking", updates={"lock": lock_call_unlock})

    with pytest.raises(Reject, match="before unlocking"):
        replica.update(canister, "lock")

    assert replica.query(canister, "kept") == b"lock"
    replica.manage("stop_canister", {"canister_id": canister}, sender=ALICE, target=canister)


def test_an_error_after_a_rejected_call_is_a_trap_like_any_other(replica: LocalReplica, engine: ScriptedEngine):
    def call_nobody(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(b"nobody", "any")
        keep(ic, b"after")
        raise ValueError(show(response).decode())

    canister = install(replica, engine, "hopeful", updates={"call_nobody": call_nobody})

    with pytest.raises(Reject, match=r"ValueError: err 3: Canister \S+ not found") as failure:
        replica.update(canister, "call_nobody")

    assert failure.value.code == 5
    assert replica.query(canister, "kept") == b""


def test_a_call_that_never_answers_after_its_awaits_is_rejected_and_keeps_what_it_did(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def forget(ic: Ic, arg: bytes) -> Running:
        keep(ic, b"before")
        yield CallOut(notebook, "whoami")
        keep(ic, b"after")

    canister = install(replica, engine, "forgetful", updates={"forget": forget})

    with pytest.raises(Reject, match="did not produce a response") as failure:
        replica.update(canister, "forget")

    assert failure.value.error_code == "IC0506"
    assert replica.query(canister, "kept") == b"after before"


def test_a_call_to_oneself_runs_after_the_message_that_makes_it(replica: LocalReplica, engine: ScriptedEngine):
    def note(ic: Ic, arg: bytes) -> None:
        keep(ic, b"called " + (b"late" if ic.state.map_get(NOTES, b"end") else b"early"))
        ic.reply(b"")

    def call_oneself(ic: Ic, arg: bytes) -> Running:
        ic.notify(ic.canister_id, "note", b"", 0)
        keep(ic, b"end")
        yield CallOut(ic.canister_id, "note")
        ic.reply(b"")

    canister = install(replica, engine, "self", updates={"note": note, "call_oneself": call_oneself})
    replica.update(canister, "call_oneself")

    assert replica.query(canister, "kept") == b"called late end"


# -- Queries that are called -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (lambda ic, arg: (ic.reply(b"1"), ic.reply(b"2")), "answered before"),
        (lambda ic, arg: None, "did not produce a response"),
        (lambda ic, arg: trap("no"), "with message: 'no'"),
    ],
    ids=["twice", "never", "trap"],
)
def test_a_called_query_fails_as_an_update_does(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal, script: object, expected: str
):
    target = install(replica, engine, "target", queries={"ask": script})

    def forward(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(target, "ask")
        ic.reply(show(response))

    canister = install(replica, engine, "asker", updates={"forward": forward})

    with pytest.raises(Reject, match=expected):
        replica.update(target, "ask")
    assert expected in replica.update(canister, "forward").decode()


def test_a_called_query_keeps_cycles_and_nothing_it_wrote(replica: LocalReplica, engine: ScriptedEngine):
    def write_and_take(ic: Ic, arg: bytes) -> None:
        keep(ic, b"written")
        ic.cycles_accept(SENT // 2)
        ic.reply(b"")

    target = install(replica, engine, "target", queries={"ask": write_and_take})

    def pay(ic: Ic, arg: bytes) -> Running:
        yield CallOut(target, "ask", b"", SENT)
        ic.reply(b"%d" % ic.cycles_refunded())

    payer = install(replica, engine, "payer", updates={"pay": pay})
    before = replica.canister_status(target)

    assert replica.update(payer, "pay") == b"%d" % (SENT // 2)

    after = replica.canister_status(target)
    assert after["cycles"] - before["cycles"] in range(SENT // 2 - 20_000_000, SENT // 2)
    assert after["version"] == before["version"] + 1
    assert replica.query(target, "kept") == b""
    assert unaccounted(replica) == 0


# -- Cycles ----------------------------------------------------------------------------------------------------------


def test_cycles_are_accepted_in_callbacks_until_the_call_is_answered(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def take_in_steps(ic: Ic, arg: bytes) -> Running:
        taken = [ic.cycles_accept(100)]
        yield CallOut(notebook, "whoami")
        taken += [ic.cycles_accept(200), ic.cycles_available()]
        ic.reply(repr(taken).encode())
        keep(ic, b"after reply: %d" % ic.cycles_accept(400))
        yield CallOut(notebook, "whoami")
        keep(ic, b"later: %d of %d" % (ic.cycles_accept(400), ic.cycles_available()))

    taker = install(replica, engine, "taker", updates={"take": take_in_steps})

    def pay(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(taker, "take", b"", 1_000)
        ic.reply(show(response) + b" refunded %d" % ic.cycles_refunded())

    payer = install(replica, engine, "payer", updates={"pay": pay})

    assert replica.update(payer, "pay") == b"ok: [100, 200, 700] refunded 700"
    replica.run_until_idle()
    assert replica.query(taker, "kept") == b"after reply: 0 later: 0 of 0"
    assert unaccounted(replica) == 0


def test_what_a_trapped_callback_accepted_goes_back(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def take_then_trap(ic: Ic, arg: bytes) -> Running:
        ic.cycles_accept(100)
        yield CallOut(notebook, "whoami")
        ic.cycles_accept(200)
        trap("with 200 in hand")

    taker = install(replica, engine, "taker", updates={"take": take_then_trap})

    def pay(ic: Ic, arg: bytes) -> Running:
        yield CallOut(taker, "take", b"", 1_000)
        ic.reply(b"refunded %d" % ic.cycles_refunded())

    payer = install(replica, engine, "payer", updates={"pay": pay})

    assert replica.update(payer, "pay") == b"refunded 900"
    assert unaccounted(replica) == 0


def test_cycles_pass_through_a_canister_before_and_after_it_accepts(replica: LocalReplica, engine: ScriptedEngine):
    def take_all(ic: Ic, arg: bytes) -> None:
        ic.reply(b"%d" % ic.cycles_accept(10**30))

    last = install(replica, engine, "last", updates={"take": take_all})

    def relay(ic: Ic, arg: bytes) -> Running:
        ic.cycles_accept(600)
        response = yield CallOut(last, "take", b"", 600)
        ic.reply(show(response))

    middle = install(replica, engine, "middle", updates={"relay": relay})

    def pay(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(middle, "relay", b"", 1_000)
        ic.reply(show(response) + b" refunded %d" % ic.cycles_refunded())

    payer = install(replica, engine, "payer", updates={"pay": pay})

    assert replica.update(payer, "pay") == b"ok: ok: 600 refunded 400"


# -- Uninstalled meanwhile -------------------------------------------------------------------------------------------


def test_a_late_response_to_an_uninstalled_canister_brings_its_cycles_and_nothing_else(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def call_with_cycles(ic: Ic, arg: bytes) -> Running:
        yield CallOut(notebook, "write", b"milk", SENT)
        keep(ic, b"callback")
        ic.reply(b"")

    module = {"updates": {"call": call_with_cycles}}
    canister = install(replica, engine, "caller", **module)
    replica.restart(messages_per_round_max=1)
    before = replica.canister_status(canister)["cycles"]
    request_id = replica.submit(canister, "call")
    replica.tick()
    replica.manage("uninstall_code", {"canister_id": canister}, sender=ALICE, target=canister)
    replica.finish(request_id)
    replica.run_until_idle()

    with pytest.raises(Reject, match="Canister has been uninstalled") as failure:
        replica.reply(request_id)
    assert failure.value.code == 4
    assert replica.query(notebook, "read") == b"milk"
    assert before - replica.canister_status(canister)["cycles"] < 30_000_000
    replica.install(canister, define_notebook(engine, "anew", queries={"kept": kept}))
    assert replica.query(canister, "kept") == b""
    assert unaccounted(replica) == 0


# -- Order and limits ------------------------------------------------------------------------------------------------


def test_a_full_queue_to_one_canister_leaves_others_reachable(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal, other_notebook: Principal
):
    def flood(ic: Ic, arg: bytes) -> None:
        sent = sum(ic.notify(notebook, "write", b"", 0) for _ in range(501))
        ic.reply(b"%d %d" % (sent, ic.notify(other_notebook, "write", b"", 0)))

    canister = replica.canister(define_notebook(engine, "flooder", updates={"flood": flood}), cycles=10**16)

    assert replica.update(canister, "flood") == b"500 1"


def test_a_trap_gives_the_places_in_the_queue_back(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def flood(ic: Ic, arg: bytes) -> None:
        sent = sum(ic.notify(notebook, "write", b"", 0) for _ in range(501))
        if arg:
            trap("never mind")
        ic.reply(b"%d" % sent)

    canister = replica.canister(define_notebook(engine, "flooder", updates={"flood": flood}), cycles=10**16)

    with pytest.raises(Reject, match="never mind"):
        replica.update(canister, "flood", b"trap")
    assert replica.update(canister, "flood") == b"500"


def test_responses_come_in_any_order(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def slow(ic: Ic, arg: bytes) -> Running:
        yield CallOut(notebook, "whoami")
        yield CallOut(notebook, "whoami")
        ic.reply(b"slow")

    peer = install(replica, engine, "peer", updates={"slow": slow})

    def wait_for(method: str, callee: bytes) -> object:
        def script(ic: Ic, arg: bytes) -> Running:
            yield CallOut(callee, method)
            ic.state.map_put(NOTES, b"order", (ic.state.map_get(NOTES, b"order") or b"") + method.encode() + b" ")
            ic.reply(ic.state.map_get(NOTES, b"order"))

        return script

    updates = {"ask_slow": wait_for("slow", peer), "ask_quick": wait_for("whoami", peer)}
    canister = install(replica, engine, "asker", updates=updates)
    first = replica.submit(canister, "ask_slow")
    second = replica.submit(canister, "ask_quick")
    replica.run_until_idle()

    assert replica.reply(second) == b"whoami "
    assert replica.reply(first) == b"whoami slow "


# -- Time ------------------------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_is_not_seen_by_canisters(replica: LocalReplica, engine: ScriptedEngine):
    def time(ic: Ic, arg: bytes) -> None:
        ic.reply(b"%d" % ic.time_ns)

    canister = install(replica, engine, "clock", updates={"now": time}, queries={"now_in_query": time})
    before = int(replica.update(canister, "now"))

    replica.clock.advance(seconds=-60)

    assert int(replica.query(canister, "now_in_query")) >= before
    assert int(replica.update(canister, "now")) >= before


def test_time_is_the_same_for_all_messages_of_a_round(replica: LocalReplica, engine: ScriptedEngine):
    def time(ic: Ic, arg: bytes) -> None:
        replica.clock.advance(seconds=1)
        ic.reply(b"%d" % ic.time_ns)

    canister = install(replica, engine, "clock", updates={"now": time})
    requests = [replica.submit(canister, "now") for _ in range(2)]
    replica.tick()

    assert replica.reply(requests[0]) == replica.reply(requests[1])


# -- Management from canisters ---------------------------------------------------------------------------------------


def test_the_refusal_of_a_management_call_comes_back_like_any_other(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def stop_somebody(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "stop_canister", arg, SENT)
        ic.reply(show(response) + b" refunded %d" % ic.cycles_refunded())

    canister = install(replica, engine, "meddler", updates={"stop": stop_somebody})
    reply = replica.update(canister, "stop", INTERFACE.encode_args("stop_canister", {"canister_id": notebook}))

    text = f"err 5: Only controllers of canister {notebook} can call ic00 method stop_canister refunded {SENT}"
    assert reply.decode() == text
