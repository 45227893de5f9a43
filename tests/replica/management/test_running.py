"""Stopping waits for what is under way, starting ends the waiting, deleting is for ever."""

from __future__ import annotations

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.notebook import Running, define_notebook, show
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine


def manage(replica: LocalReplica, method: str, canister_id: Principal) -> None:
    replica.manage(method, {"canister_id": canister_id}, sender=ALICE, target=canister_id)


def request(replica: LocalReplica, method: str, canister_id: Principal) -> bytes:
    """Queue a management call without waiting for its end."""
    arg = INTERFACE.encode_args(method, {"canister_id": canister_id})
    return replica.submit(MANAGEMENT, method, arg, sender=ALICE, effective_canister_id=canister_id)


def run_status(replica: LocalReplica, canister_id: Principal) -> str:
    arg = INTERFACE.encode_args("canister_status", {"canister_id": canister_id})
    reply = replica.query(MANAGEMENT, "canister_status", arg, sender=ALICE, effective_canister_id=canister_id)
    (status,) = INTERFACE.decode_results("canister_status", reply)[0]["status"]
    return str(status)


@pytest.fixture
def deaf(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    """Asked to stop while it awaits its own stopping, it never gets there."""

    def await_my_own_stop(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "stop_canister", arg)
        ic.reply(show(response))

    module = define_notebook(engine, "deaf", updates={"stop_me": await_my_own_stop})
    canister_id = replica.canister(module)
    settings = {"canister_id": canister_id, "settings": {"controllers": [ALICE, canister_id]}}
    replica.manage("update_settings", settings, sender=ALICE, target=canister_id)
    return canister_id


def stop_from_within(replica: LocalReplica, deaf: Principal) -> bytes:
    arg = INTERFACE.encode_args("stop_canister", {"canister_id": deaf})
    request_id = replica.submit(deaf, "stop_me", arg)
    replica.run_until_idle()
    return request_id


def test_a_stopped_canister_refuses_messages_until_started(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    """Topic: Lifecycle, stop and start."""
    manage(replica, "stop_canister", notebook)
    assert run_status(replica, notebook) == "stopped"

    with pytest.raises(Reject, match=f"Canister {notebook} is stopped") as failure:
        replica.update(notebook, "write", b"milk")
    assert (failure.value.code, failure.value.error_code) == (RejectCode.CANISTER_ERROR, "IC0508")
    reply = replica.update(other_notebook, "forward_write", notebook + b"milk")
    assert reply.decode() == f"err 5: Canister {notebook} is stopped"

    manage(replica, "start_canister", notebook)
    assert replica.update(notebook, "write", b"milk") == b"written"


def test_stopping_and_starting_twice_is_no_error(replica: LocalReplica, notebook: Principal):
    for method in ("start_canister", "stop_canister", "stop_canister", "start_canister"):
        manage(replica, method, notebook)

    assert run_status(replica, notebook) == "running"


def test_a_canister_that_awaits_an_answer_is_stopping_and_refuses_new_messages(replica: LocalReplica, deaf: Principal):
    """Topic: Lifecycle, stopping."""
    stop_from_within(replica, deaf)

    assert run_status(replica, deaf) == "stopping"
    with pytest.raises(Reject, match=f"Canister {deaf} is stopping") as failure:
        replica.update(deaf, "write", b"milk")
    assert failure.value.error_code == "IC0509"


def test_starting_cancels_the_waiting_for_a_stop(replica: LocalReplica, deaf: Principal):
    """Topic: Lifecycle, cancel."""
    waiting = stop_from_within(replica, deaf)
    also_waiting = request(replica, "stop_canister", deaf)
    replica.run_until_idle()

    manage(replica, "start_canister", deaf)
    replica.run_until_idle()

    assert run_status(replica, deaf) == "running"
    assert b"err 5" in replica.reply(waiting)
    with pytest.raises(Reject) as failure:
        replica.reply(also_waiting)
    assert failure.value.error_code == "IC0511"


def test_waiting_for_a_stop_ends_after_five_minutes(replica: LocalReplica, deaf: Principal):
    waiting = stop_from_within(replica, deaf)
    assert not replica.core.is_finished(waiting)

    replica.clock.advance(minutes=5)
    assert replica.core.has_work()
    replica.run_until_idle()

    assert b"Stop canister request timed out" in replica.reply(waiting)
    assert run_status(replica, deaf) == "stopped"


def test_a_canister_that_was_stopping_at_a_restart_has_stopped(replica: LocalReplica, deaf: Principal):
    waiting = stop_from_within(replica, deaf)

    replica.restart()

    assert run_status(replica, deaf) == "stopped"
    with pytest.raises(Reject, match="outcome is unknown"):
        replica.reply(waiting)


def test_uninstalling_rejects_what_waits_and_lets_the_canister_stop(replica: LocalReplica, deaf: Principal):
    """Topic: Lifecycle, uninstall; rejects open contexts."""
    waiting = stop_from_within(replica, deaf)

    manage(replica, "uninstall_code", deaf)
    replica.run_until_idle()

    with pytest.raises(Reject, match="Canister has been uninstalled") as failure:
        replica.reply(waiting)
    assert failure.value.code == RejectCode.CANISTER_REJECT
    assert run_status(replica, deaf) == "stopped"


def test_only_a_stopped_canister_can_be_deleted(replica: LocalReplica, notebook: Principal):
    """Topic: Lifecycle, deletion."""
    with pytest.raises(Reject, match="must be stopped before it is deleted") as failure:
        manage(replica, "delete_canister", notebook)
    assert failure.value.error_code == "IC0510"

    manage(replica, "stop_canister", notebook)
    manage(replica, "delete_canister", notebook)

    with pytest.raises(Reject, match=f"Canister {notebook} not found"):
        replica.update(notebook, "read")


def test_a_deleted_id_is_never_used_again_even_after_a_restart(replica: LocalReplica, notebook: Principal):
    manage(replica, "stop_canister", notebook)
    manage(replica, "delete_canister", notebook)

    replica.restart()

    with pytest.raises(Reject, match="already installed"):
        replica.create_canister(specified_id=notebook)
    assert replica.create_canister() != notebook


def test_a_stopped_canister_can_be_given_new_code(replica: LocalReplica, notebook: Principal, notebook_module: bytes):
    replica.update(notebook, "write", b"milk")
    manage(replica, "stop_canister", notebook)

    replica.install(notebook, notebook_module, mode="upgrade")

    assert run_status(replica, notebook) == "stopped"
    manage(replica, "start_canister", notebook)
    assert replica.query(notebook, "read") == b"milk"


def test_a_stop_of_what_is_stopped_answers_at_once_and_counts_as_a_change(replica: LocalReplica, notebook: Principal):
    manage(replica, "stop_canister", notebook)
    version = replica.canister_status(notebook)["version"]

    manage(replica, "stop_canister", notebook)

    assert replica.canister_status(notebook)["version"] == version + 1
    assert run_status(replica, notebook) == "stopped"


def test_a_canister_cannot_delete_itself(replica: LocalReplica, engine: ScriptedEngine):
    def stop_and_delete_me(ic: Ic, arg: bytes) -> None:
        for method in ("stop_canister", "delete_canister"):
            ic.notify(MANAGEMENT, method, arg, 0)
        ic.reply(b"farewell")

    module = define_notebook(engine, "tired", updates={"stop_and_delete_me": stop_and_delete_me})
    tired = replica.canister(module)
    settings = {"canister_id": tired, "settings": {"controllers": [ALICE, tired]}}
    replica.manage("update_settings", settings, sender=ALICE, target=tired)

    arg = INTERFACE.encode_args("stop_canister", {"canister_id": tired})
    assert replica.update(tired, "stop_and_delete_me", arg) == b"farewell"
    replica.run_until_idle()

    assert run_status(replica, tired) == "stopped"


def test_what_a_deleted_canister_had_is_gone(replica: LocalReplica, notebook: Principal):
    """Topic: Lifecycle, deletion; Queries, deleted canister."""
    replica.update(notebook, "write", b"milk")
    manage(replica, "stop_canister", notebook)
    manage(replica, "delete_canister", notebook)

    for method in ("canister_status", "start_canister", "stop_canister", "delete_canister", "uninstall_code"):
        with pytest.raises(Reject, match=f"Canister {notebook} not found") as failure:
            manage(replica, method, notebook)
        assert failure.value.error_code == "IC0301"
    with pytest.raises(Reject, match="not found"):
        replica.query(notebook, "read")
    tables = replica.core._state.store.tables
    for name in ("maps", "pages", "chunks", "changes", "logs", "modules", "module_info", "timers", "timer_index"):
        assert list(tables[name].keys()) == [], name


def test_uninstalling_keeps_settings_status_and_cycles(replica: LocalReplica, notebook: Principal):
    """Topic: Lifecycle, uninstall."""
    replica.manage(
        "update_settings",
        {"canister_id": notebook, "settings": {"freezing_threshold": 5, "log_visibility": {"public": None}}},
        sender=ALICE,
        target=notebook,
    )
    manage(replica, "stop_canister", notebook)
    before = replica.canister_status(notebook)

    manage(replica, "uninstall_code", notebook)

    after = replica.canister_status(notebook)
    assert after["settings"] == before["settings"]
    assert after["status"] == {"stopped": None}
    assert 0 <= before["cycles"] - after["cycles"] < 100_000_000


def test_a_response_that_comes_after_the_code_is_gone_brings_back_its_cycles(
    replica: LocalReplica, engine: ScriptedEngine
):
    """Topic: Lifecycle, uninstall: late responses dropped."""

    def uninstall_me_first(ic: Ic, arg: bytes) -> Running:
        ic.notify(MANAGEMENT, "uninstall_code", arg, 0)
        yield CallOut(MANAGEMENT, "raw_rand", b"DIDL\x00\x00", cycles=10**13)
        ic.reply(b"never")

    module = define_notebook(engine, "doomed", updates={"uninstall_me_first": uninstall_me_first})
    doomed = replica.canister(module)
    settings = {"canister_id": doomed, "settings": {"controllers": [ALICE, doomed]}}
    replica.manage("update_settings", settings, sender=ALICE, target=doomed)
    before = replica.canister_status(doomed)["cycles"]

    arg = INTERFACE.encode_args("uninstall_code", {"canister_id": doomed})
    with pytest.raises(Reject, match="Canister has been uninstalled"):
        replica.update(doomed, "uninstall_me_first", arg)
    replica.run_until_idle()

    assert before - replica.canister_status(doomed)["cycles"] < 10**12
    assert replica.canister_status(doomed)["module_hash"] is None
