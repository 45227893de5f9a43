"""Calls between canisters: order, callbacks, rejects, and what a trap after an await undoes."""

from __future__ import annotations

from hashlib import sha256

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, BOB, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine, trap

MISSING = Principal.from_counter(0x8000_0000_001F_0000)


def test_a_call_reaches_the_other_canister_and_its_reply_comes_back(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    assert replica.update(notebook, "forward_write", other_notebook + b"milk") == b"ok: written"

    assert replica.query(other_notebook, "read") == b"milk"
    assert replica.query(notebook, "read") == b""


def test_a_call_and_its_reply_take_one_round(replica: LocalReplica, notebook: Principal, other_notebook: Principal):
    request_id = replica.submit(notebook, "forward_write", other_notebook + b"milk")

    replica.tick()

    assert replica.core.is_finished(request_id)


def test_the_caller_of_a_call_is_the_calling_canister(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def ask(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(notebook, "whoami")
        ic.reply(show(response) + b" for " + ic.caller)

    asker = replica.canister(define_notebook(engine, "asker", updates={"ask": ask}))

    assert replica.update(asker, "ask", sender=BOB) == b"ok: " + asker + b" for " + BOB


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("forward_trap", "err 5: Error from Canister {callee}: Canister called `ic0.trap` with message: 'on purpose'"),
        ("forward_refuse", "err 4: not today"),
    ],
)
def test_a_failed_call_comes_back_as_a_rejection(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal, method: str, expected: str
):
    assert replica.update(notebook, method, other_notebook).decode() == expected.format(callee=other_notebook)


@pytest.mark.parametrize("callee", [MISSING, BOB[:10]])
def test_a_call_to_nobody_comes_back_as_a_rejection(replica: LocalReplica, notebook: Principal, callee: bytes):
    reply = replica.update(notebook, "forward_write", callee)

    assert reply.decode() == f"err 3: Canister {Principal(callee)} not found"


def test_a_canister_may_call_itself(replica: LocalReplica, notebook: Principal):
    assert replica.update(notebook, "forward_write", notebook + b"to myself") == b"ok: written"
    assert replica.update(notebook, "forward_read", notebook) == b"ok: to myself"


def test_a_trap_after_an_await_keeps_what_was_done_before_it(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def write_call_trap(ic: Ic, arg: bytes) -> Running:
        ic.state.map_put(NOTES, b"note", b"before")
        yield CallOut(notebook, "write", b"delivered")
        ic.state.map_put(NOTES, b"note", b"after")
        trap("too late")

    canister = replica.canister(define_notebook(engine, "late", updates={"write_call_trap": write_call_trap}))

    with pytest.raises(Reject, match="too late"):
        replica.update(canister, "write_call_trap")

    assert replica.query(canister, "read") == b"before"
    assert replica.query(notebook, "read") == b"delivered"


def test_an_answer_given_before_an_await_arrives_and_the_rest_runs_in_the_same_call(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def answer_then_call(ic: Ic, arg: bytes) -> Running:
        ic.reply(b"at once")
        response = yield CallOut(notebook, "write", arg)
        ic.state.map_put(NOTES, b"note", show(response))

    canister = replica.canister(define_notebook(engine, "quick", updates={"answer_then_call": answer_then_call}))

    assert replica.update(canister, "answer_then_call", b"later") == b"at once"
    assert replica.query(canister, "read") == b"ok: written"


def test_a_trap_after_the_answer_does_not_change_the_answer(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    def answer_call_trap(ic: Ic, arg: bytes) -> Running:
        ic.reply(b"at once")
        yield CallOut(notebook, "write", arg)
        trap("nobody hears this")

    canister = replica.canister(define_notebook(engine, "quick", updates={"answer_call_trap": answer_call_trap}))

    assert replica.update(canister, "answer_call_trap") == b"at once"
    assert any("nobody hears this" in line for line in replica.logs(canister))


def test_answering_again_after_an_await_traps(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def answer_twice(ic: Ic, arg: bytes) -> Running:
        ic.reply(b"first")
        yield CallOut(notebook, "write", arg)
        ic.state.map_put(NOTES, b"note", b"undone")
        ic.reply(b"second")

    canister = replica.canister(define_notebook(engine, "twice", updates={"answer_twice": answer_twice}))

    assert replica.update(canister, "answer_twice") == b"first"
    assert replica.query(canister, "read") == b""


def test_messages_of_one_canister_to_another_arrive_in_order(replica: LocalReplica, engine: ScriptedEngine):
    def append(ic: Ic, arg: bytes) -> None:
        ic.state.map_put(NOTES, b"note", (ic.state.map_get(NOTES, b"note") or b"") + arg)
        ic.reply(b"")

    target = replica.canister(define_notebook(engine, "target", updates={"append": append}))

    def notify_all(ic: Ic, arg: bytes) -> None:
        for letter in arg:
            assert ic.notify(target, "append", bytes([letter]), 0)
        ic.reply(b"")

    sender = replica.canister(define_notebook(engine, "sender", updates={"notify_all": notify_all}))

    replica.update(sender, "notify_all", b"abcdefgh")
    replica.run_until_idle()

    assert replica.query(target, "read") == b"abcdefgh"


def test_other_messages_run_while_a_call_waits(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def read_around_a_call(ic: Ic, arg: bytes) -> Running:
        before = ic.state.map_get(NOTES, b"note") or b""
        yield CallOut(notebook, "write", b"")
        ic.reply(before + b" then " + (ic.state.map_get(NOTES, b"note") or b""))

    canister = replica.canister(define_notebook(engine, "waiting", updates={"around": read_around_a_call}))
    first = replica.submit(canister, "around")
    replica.submit(canister, "write", b"meanwhile")
    replica.finish(first)

    assert replica.reply(first) == b" then meanwhile"


def test_a_full_queue_refuses_the_call_at_once(replica: LocalReplica, engine: ScriptedEngine, notebook: Principal):
    def flood(ic: Ic, arg: bytes) -> None:
        ic.reply(b"%d" % sum(ic.notify(notebook, "write", b"", 0) for _ in range(600)))

    flooder = replica.canister(define_notebook(engine, "flooder", updates={"flood": flood}))

    assert replica.update(flooder, "flood") == b"500"
    replica.run_until_idle()
    assert replica.update(flooder, "flood") == b"500"


def test_calls_to_the_management_canister_work_and_are_checked(replica: LocalReplica, engine: ScriptedEngine):
    def random_bytes(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, arg.decode(), b"DIDL\x00\x00")
        ic.reply(show(response))

    canister = replica.canister(define_notebook(engine, "random", updates={"manage": random_bytes}))
    first, second = (replica.update(canister, "manage", b"raw_rand") for _ in range(2))

    assert first.startswith(b"ok: DIDL")
    assert first != second
    assert replica.update(canister, "manage", b"sing") == b"err 4: Management canister has no method 'sing'"


def test_a_call_that_waits_for_replaced_code_is_rejected(replica: LocalReplica, engine: ScriptedEngine):
    def upgrade_myself(ic: Ic, arg: bytes) -> Running:
        yield CallOut(MANAGEMENT, "install_code", arg)
        ic.reply(b"from the old code")

    canister = replica.canister(define_notebook(engine, "old", updates={"upgrade_myself": upgrade_myself}))
    settings = {"canister_id": canister, "settings": {"controllers": [ALICE, canister]}}
    replica.manage("update_settings", settings, sender=ALICE, target=canister)
    new_module = define_notebook(engine, "new")
    upgrade = {"mode": {"upgrade": None}, "canister_id": canister, "wasm_module": new_module, "arg": b""}

    with pytest.raises(Reject, match="its code was replaced"):
        replica.update(canister, "upgrade_myself", INTERFACE.encode_args("install_code", upgrade))

    assert replica.canister_status(canister)["module_hash"] == sha256(new_module).digest()
