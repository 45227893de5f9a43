"""The history of a canister, as other canisters read it, and versions that rise with every change."""

from __future__ import annotations

from typing import Any

import pytest

from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject
from tests.fixtures.notebook import Running, define_notebook, show
from tests.fixtures.replica import ALICE, BOB, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine


@pytest.fixture
def observer(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    def manage(ic: Ic, arg: bytes) -> Running:
        method, _, payload = arg.partition(b" ")
        response = yield CallOut(MANAGEMENT, method.decode(), payload, ic.balance() // 2)
        ic.reply(show(response))

    return replica.canister(define_notebook(engine, "observer", updates={"manage": manage}))


def ask(replica: LocalReplica, observer: Principal, method: str, args: dict[str, object]) -> Any:
    reply = replica.update(observer, "manage", method.encode() + b" " + INTERFACE.encode_args(method, args))
    assert reply.startswith(b"ok: "), reply
    results = INTERFACE.decode_results(method, reply[4:])
    return results[0] if results else None


def changes(replica: LocalReplica, observer: Principal, canister_id: Principal) -> list[tuple[str, dict[str, Any]]]:
    args = {"canister_id": canister_id, "num_requested_changes": 20}
    info = ask(replica, observer, "canister_info", args)
    return [(*change["details"], change["origin"]) for change in info["recent_changes"]]


def test_each_change_names_what_and_who(replica: LocalReplica, observer: Principal, notebook_module: bytes):
    canister_id = replica.canister(notebook_module)
    settings = {"canister_id": canister_id, "settings": {"controllers": [ALICE, BOB]}}
    replica.manage("update_settings", settings, sender=ALICE, target=canister_id)
    replica.install(canister_id, notebook_module, mode="upgrade", controller=BOB)
    replica.manage("uninstall_code", {"canister_id": canister_id}, sender=BOB, target=canister_id)

    alice, bob = ({"from_user": {"user_id": each}} for each in (ALICE, BOB))
    assert changes(replica, observer, canister_id) == [
        ("creation", alice),
        ("code_deployment", alice),
        ("controllers_change", alice),
        ("code_deployment", bob),
        ("code_uninstall", bob),
    ]


def test_a_change_by_a_canister_names_it_and_its_version(replica: LocalReplica, observer: Principal):
    created = ask(replica, observer, "create_canister", {})

    (change,) = changes(replica, observer, Principal(created["canister_id"]))

    assert change[0] == "creation"
    assert change[1]["from_canister"]["canister_id"] == observer
    assert change[1]["from_canister"]["canister_version"] > 0


def test_the_version_of_the_sender_must_be_right_if_it_is_given(replica: LocalReplica, observer: Principal):
    wrong = INTERFACE.encode_args("create_canister", {"sender_canister_version": 99_999})

    assert b"does not match the version" in replica.update(observer, "manage", b"create_canister " + wrong)


def test_versions_rise_with_changes_and_not_with_failures(replica: LocalReplica, notebook: Principal):
    def version() -> int:
        number: int = replica.canister_status(notebook)["version"]
        return number

    before = version()
    replica.update(notebook, "write", b"milk")
    assert version() == before + 1

    with pytest.raises(Reject):
        replica.update(notebook, "write_then_trap")
    replica.query(notebook, "read")
    assert version() == before + 1
