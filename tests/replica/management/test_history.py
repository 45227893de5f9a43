"""The history of a canister, as other canisters read it, and versions that rise with every change."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from replica.principal import Principal
from replica.reject import Reject
from tests.fixtures.notebook import define_notebook
from tests.fixtures.replica import ALICE, BOB, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, Running, ScriptedEngine, trap
from tests.replica.management.calls import changes, manage, manage_as_canister, set_up

MODES = ("install", "upgrade", "reinstall")


def kinds(replica: LocalReplica, manager: Principal, canister_id: Principal) -> list[tuple[str, dict[str, Any]]]:
    return [(*change["details"], change["origin"]) for change in changes(replica, manager, canister_id)]


def test_each_change_names_what_and_who(replica: LocalReplica, manager: Principal, notebook_module: bytes):
    canister_id = replica.canister(notebook_module)
    settings = {"canister_id": canister_id, "settings": {"controllers": [ALICE, BOB]}}
    replica.manage("update_settings", settings, sender=ALICE, target=canister_id)
    replica.install(canister_id, notebook_module, mode="upgrade", controller=BOB)
    replica.manage("uninstall_code", {"canister_id": canister_id}, sender=BOB, target=canister_id)

    alice, bob = ({"from_user": {"user_id": each}} for each in (ALICE, BOB))
    assert kinds(replica, manager, canister_id) == [
        ("creation", alice),
        ("code_deployment", alice),
        ("controllers_change", alice),
        ("code_deployment", bob),
        ("code_uninstall", bob),
    ]


def test_a_change_by_a_canister_names_it_and_its_version(replica: LocalReplica, manager: Principal):
    """Topic: History, from canister."""
    created = manage_as_canister(replica, manager, "create_canister", cycles=10**12, settings=None)

    (change,) = kinds(replica, manager, Principal(created["canister_id"]))

    assert change[0] == "creation"
    assert change[1]["from_canister"]["canister_id"] == manager
    assert change[1]["from_canister"]["canister_version"] > 0


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("create_canister", {"settings": None}),
        ("update_settings", {"settings": {}}),
        ("install_code", {"mode": {"reinstall": None}, "wasm_module": b"\x1f\x8b\x08notebook", "arg": b""}),
        ("uninstall_code", {}),
        ("take_canister_snapshot", {}),
    ],
)
def test_the_version_that_a_calling_canister_gives_must_be_its_own(
    replica: LocalReplica, manager: Principal, notebook: Principal, method: str, fields: dict[str, object]
):
    """Topic: History, wrong sender version."""
    set_up(replica, notebook, controllers=[ALICE, manager])
    args = fields if method == "create_canister" else {"canister_id": notebook, **fields}
    before = replica.canister_status(notebook)["version"]

    with pytest.raises(Reject, match="sender_canister_version 99999 does not match the version"):
        manage_as_canister(replica, manager, method, cycles=10**12, sender_canister_version=99_999, **args)
    assert replica.canister_status(notebook)["version"] == before

    # The message that calls is committed before the call arrives.
    own = replica.canister_status(manager)["version"] + 1
    manage_as_canister(replica, manager, method, cycles=10**12, sender_canister_version=own, **args)


def test_a_user_has_no_version_to_be_wrong_about(replica: LocalReplica, notebook: Principal):
    manage(replica, "update_settings", notebook, settings={}, sender_canister_version=99_999)


def test_the_newest_twenty_changes_are_kept_and_all_are_counted(
    replica: LocalReplica, manager: Principal, notebook: Principal
):
    """Topic: History, drop of old entries."""
    for _ in range(25):
        set_up(replica, notebook, controllers=[ALICE])
    replica.restart()

    info = manage_as_canister(replica, manager, "canister_info", canister_id=notebook, num_requested_changes=99)

    assert info["total_num_changes"] == 27
    assert len(info["recent_changes"]) == 20
    assert {*itertools.chain(*(change["details"] for change in info["recent_changes"]))} == {"controllers_change"}
    versions = [change["canister_version"] for change in info["recent_changes"]]
    assert versions == sorted(versions)


def test_as_many_changes_are_shown_as_are_asked_for(replica: LocalReplica, manager: Principal, notebook: Principal):
    shown = {}
    for count in (None, 0, 1, 2, 2**64 - 1):
        info = manage_as_canister(replica, manager, "canister_info", canister_id=notebook, num_requested_changes=count)
        shown[count] = [next(iter(change["details"])) for change in info["recent_changes"]]
        assert info["total_num_changes"] == 2
        assert info["controllers"] == [ALICE]

    assert shown[None] == shown[0] == []
    assert shown[1] == ["code_deployment"]
    assert shown[2] == shown[2**64 - 1] == ["creation", "code_deployment"]


def test_each_kind_of_change_has_its_details(replica: LocalReplica, manager: Principal, notebook_module: bytes):
    """Topic: History, after each change."""
    variables = [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]
    canister_id = replica.create_canister(settings={"environment_variables": variables})
    for mode in ("install", "upgrade", "reinstall"):
        replica.install(canister_id, notebook_module, mode=mode)
    set_up(replica, canister_id, controllers=[BOB, ALICE])
    set_up(replica, canister_id, freezing_threshold=1)
    manage(replica, "uninstall_code", canister_id)

    details = [change["details"] for change in changes(replica, manager, canister_id)]

    module_hash = sha256(notebook_module).digest()
    pairs = sorted(sha256(name).digest() + sha256(value).digest() for name, value in ((b"A", b"1"), (b"B", b"2")))
    assert details == [
        {"creation": {"controllers": [ALICE], "environment_variables_hash": sha256(b"".join(pairs)).digest()}},
        *({"code_deployment": {"mode": {mode: None}, "module_hash": module_hash}} for mode in MODES),
        {"controllers_change": {"controllers": sorted([ALICE, BOB])}},
        {"code_uninstall": None},
    ]


def test_controllers_that_are_given_are_noted_even_when_they_are_the_same(
    replica: LocalReplica, manager: Principal, notebook: Principal
):
    set_up(replica, notebook, controllers=[ALICE])

    assert changes(replica, manager, notebook)[-1]["details"] == {"controllers_change": {"controllers": [ALICE]}}


# -- Versions --------------------------------------------------------------------------------------------------------


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


def test_every_kind_of_execution_and_change_raises_the_version_by_one(
    replica: LocalReplica, engine: ScriptedEngine, notebook_module: bytes
):
    """Topic: Canister version."""

    def call_twice(ic: Ic, arg: bytes) -> Running:
        yield CallOut(ic.canister_id, "read")
        ic.reply(b"")

    def arm(ic: Ic, arg: bytes) -> None:
        ic.set_timer(1, "ring", repeat=False)
        ic.reply(b"")

    def ring(ic: Ic) -> None:
        pass

    module = define_notebook(engine, "versioned", updates={"call": call_twice, "arm": arm}, functions={"ring": ring})
    canister_id = replica.create_canister()
    version = 0

    def expect(rise: int) -> None:
        nonlocal version
        version += rise
        assert replica.canister_status(canister_id)["version"] == version

    expect(0)
    replica.install(canister_id, module)
    expect(1)
    replica.update(canister_id, "arm")
    expect(1)
    replica.clock.advance(seconds=2)
    replica.run_until_idle()
    expect(1)
    replica.update(canister_id, "call")
    expect(3)  # the update, the query that it calls, and the callback
    replica.install(canister_id, module, mode="upgrade")
    expect(1)
    for method in ("start_canister", "stop_canister"):
        manage(replica, method, canister_id)
    expect(1 + 2)  # starting what runs counts, stopping counts when it begins and when it ends
    for method in ("stop_canister", "start_canister", "uninstall_code"):
        manage(replica, method, canister_id)
    expect(3)


def test_what_fails_leaves_the_version_alone(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal, notebook_module: bytes
):
    """Topic: Canister version, after every failing operation."""
    broken = engine.define("broken", init=lambda ic, arg: trap("no"), post_upgrade=lambda ic, arg: trap("no"))
    before = replica.canister_status(notebook)["version"]

    failing: list[Callable[[], object]] = [
        lambda: replica.update(notebook, "write_then_trap"),
        lambda: replica.update(notebook, "no such method"),
        lambda: replica.install(notebook, notebook_module, mode="install"),
        lambda: replica.install(notebook, broken, mode="upgrade"),
        lambda: replica.install(notebook, broken, mode="reinstall"),
        lambda: set_up(replica, notebook, compute_allocation=101),
        lambda: manage(replica, "delete_canister", notebook),
        lambda: manage(replica, "load_canister_snapshot", notebook, snapshot_id=b"none"),
    ]
    for each in failing:
        with pytest.raises(Reject):
            each()
        assert replica.canister_status(notebook)["version"] == before
