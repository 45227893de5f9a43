"""Who may manage a canister: its controllers, for some things itself, and for the rest whoever it lets see."""

from __future__ import annotations

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.notebook import Running, define_notebook, show
from tests.fixtures.replica import ALICE, BOB, MALLORY, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine


def test_a_canister_that_is_no_controller_is_refused_by_a_reject(replica: LocalReplica, engine: ScriptedEngine):
    def stop(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "stop_canister", arg)
        ic.reply(show(response))

    meddler = replica.canister(define_notebook(engine, "meddler", updates={"stop": stop}))
    victim = replica.create_canister()

    reply = replica.update(meddler, "stop", INTERFACE.encode_args("stop_canister", {"canister_id": victim}))

    assert reply.decode() == f"err 5: Only controllers of canister {victim} can call ic00 method stop_canister"
    assert replica.canister_status(victim)["status"] == {"running": None}


def test_a_canister_may_see_and_fill_itself(replica: LocalReplica, engine: ScriptedEngine):
    def manage(ic: Ic, arg: bytes) -> Running:
        method, _, payload = arg.partition(b" ")
        response = yield CallOut(MANAGEMENT, method.decode(), payload)
        ic.reply(show(response))

    canister = replica.canister(define_notebook(engine, "self-made", updates={"manage": manage}))
    allowed = {"canister_status": {}, "stored_chunks": {}, "upload_chunk": {"chunk": b"x"}, "canister_info": {}}

    for method, fields in allowed.items():
        arg = INTERFACE.encode_args(method, {"canister_id": canister, **fields})
        assert replica.update(canister, "manage", method.encode() + b" " + arg).startswith(b"ok")
    arg = INTERFACE.encode_args("stop_canister", {"canister_id": canister})
    assert replica.update(canister, "manage", b"stop_canister " + arg).startswith(b"err 5: Only controllers")


def test_a_former_controller_is_refused_even_for_what_was_queued_before(replica: LocalReplica, notebook: Principal):
    settings = {"canister_id": notebook, "settings": {"controllers": [BOB]}}
    arg = INTERFACE.encode_args("update_settings", settings)
    stop = INTERFACE.encode_args("stop_canister", {"canister_id": notebook})

    replica.submit(MANAGEMENT, "update_settings", arg, sender=ALICE, effective_canister_id=notebook)
    late = replica.submit(MANAGEMENT, "stop_canister", stop, sender=ALICE, effective_canister_id=notebook)
    replica.finish(late)

    with pytest.raises(Reject, match="Only controllers"):
        replica.reply(late)


def test_logs_are_shown_to_those_the_settings_name(replica: LocalReplica, notebook: Principal):
    def let_see(visibility: dict[str, object]) -> None:
        settings = {"canister_id": notebook, "settings": {"log_visibility": visibility}}
        replica.manage("update_settings", settings, sender=ALICE, target=notebook)

    assert replica.logs(notebook, sender=ALICE) == []
    with pytest.raises(Reject, match=f"Caller {BOB} is not allowed to access canister logs"):
        replica.logs(notebook, sender=BOB)

    let_see({"allowed_viewers": [BOB]})
    assert replica.logs(notebook, sender=BOB) == []
    with pytest.raises(Reject, match="not allowed"):
        replica.logs(notebook, sender=MALLORY)

    let_see({"public": None})
    assert replica.logs(notebook, sender=MALLORY) == []


def test_logs_are_a_query_only_and_other_methods_are_not(replica: LocalReplica, notebook: Principal):
    arg = INTERFACE.encode_args("canister_status", {"canister_id": notebook})

    with pytest.raises(Reject, match="only be called as a query"):
        replica.manage("fetch_canister_logs", {"canister_id": notebook}, sender=ALICE, target=notebook)
    reply = replica.query(MANAGEMENT, "canister_status", arg, sender=ALICE, effective_canister_id=notebook)
    assert INTERFACE.decode_results("canister_status", reply)[0]["settings"]["controllers"] == [ALICE]
    with pytest.raises(Reject, match="has no method 'stop_canister'"):
        replica.query(MANAGEMENT, "stop_canister", arg, sender=ALICE, effective_canister_id=notebook)
