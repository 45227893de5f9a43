"""Snapshots: what is taken comes back whole, what cannot be loaded changes nothing, and what is deleted is gone."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from replica.certification.hash_tree import lookup_value
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from replica.state.snapshots import SNAPSHOTS_MAX
from tests.fixtures.notebook import Running, define_notebook, show
from tests.fixtures.replica import ALICE, BOB, CAROL, MALLORY, LocalReplica, without_cycles
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine
from tests.replica.management.calls import changes, manage, set_up
from tests.replica.management.vault import at, define_vault


@pytest.fixture
def vault_module(engine: ScriptedEngine) -> bytes:
    return define_vault(engine)


@pytest.fixture
def vault(replica: LocalReplica, vault_module: bytes) -> Principal:
    """A canister with something in each kind of memory."""
    canister_id = replica.canister(vault_module)
    replica.update(canister_id, "put", b"colour=blue")
    replica.update(canister_id, "put", b"k" * 600 + b"=long")
    replica.update(canister_id, "certify", b"fingerprint")
    return canister_id


def take(replica: LocalReplica, canister_id: Principal, **args: object) -> bytes:
    snapshot: dict[str, Any] = manage(replica, "take_canister_snapshot", canister_id, **args)
    return bytes(snapshot["id"])


def load(replica: LocalReplica, canister_id: Principal, snapshot_id: bytes, sender: Principal = ALICE) -> None:
    manage(replica, "load_canister_snapshot", canister_id, sender=sender, snapshot_id=snapshot_id)


def listed(replica: LocalReplica, canister_id: Principal, sender: Principal = ALICE) -> list[bytes]:
    snapshots = manage(replica, "list_canister_snapshots", canister_id, sender=sender)
    return [bytes(snapshot["id"]) for snapshot in snapshots]


def certified_data(replica: LocalReplica, canister_id: Principal) -> bytes | None:
    path = (b"canister", bytes(canister_id), b"certified_data")
    return lookup_value(replica.verified(replica.query(canister_id, "certificate")), path)


# -- Taking and loading ----------------------------------------------------------------------------------------------


def test_maps_certified_data_code_and_chunks_come_back(
    replica: LocalReplica, engine: ScriptedEngine, vault: Principal, vault_module: bytes
):
    manage(replica, "upload_chunk", vault, chunk=b"a chunk")
    snapshot_id = take(replica, vault)
    replica.install(vault, define_vault(engine, "newer vault"), mode="upgrade")
    replica.update(vault, "put", b"colour=red")
    replica.update(vault, "put", b"new=entry")
    replica.update(vault, "remove", b"k" * 600)
    replica.update(vault, "certify", b"other")
    manage(replica, "clear_chunk_store", vault)

    load(replica, vault, snapshot_id)

    assert [replica.query(vault, "get", key) for key in (b"colour", b"new", b"k" * 600)] == [
        b"blue",
        b"nothing",
        b"long",
    ]
    assert certified_data(replica, vault) == b"fingerprint"
    assert replica.canister_status(vault)["module_hash"] == sha256(vault_module).digest()
    hashes = [bytes(each["hash"]) for each in manage(replica, "stored_chunks", vault)]
    assert sha256(b"a chunk").digest() in hashes


def test_raw_stable_memory_comes_back_with_its_size(replica: LocalReplica, vault_module: bytes):
    vault = replica.canister(vault_module)
    replica.update(vault, "write_raw", at(200_000, b"deep"))
    before = replica.canister_status(vault)["memory_metrics"]
    snapshot_id = take(replica, vault)
    replica.update(vault, "write_raw", at(200_000, b"over"))
    replica.update(vault, "write_raw", at(900_000, b"beyond"))

    load(replica, vault, snapshot_id)

    assert replica.query(vault, "read_raw", at(200_000, (4).to_bytes(8, "big"))) == b"deep"
    after = replica.canister_status(vault)["memory_metrics"]
    assert after["stable_memory_size"] == before["stable_memory_size"] == 4 * 65_536
    with pytest.raises(Reject, match="out of bounds"):
        replica.query(vault, "read_raw", at(900_000, (1).to_bytes(8, "big")))


def test_a_snapshot_outlives_a_restart_and_can_be_loaded_again_and_again(replica: LocalReplica, vault: Principal):
    snapshot_id = take(replica, vault)

    for colour in (b"red", b"green"):
        replica.restart()
        replica.update(vault, "put", b"colour=" + colour)
        load(replica, vault, snapshot_id)
        assert replica.query(vault, "get", b"colour") == b"blue"

    assert listed(replica, vault) == [snapshot_id]


def test_loading_raises_the_version_and_is_remembered_with_all_details(
    replica: LocalReplica, vault: Principal, manager: Principal
):
    """Topics: History; Canister version."""
    taken_at_version = replica.canister_status(vault)["version"]
    snapshot = manage(replica, "take_canister_snapshot", vault)
    assert replica.canister_status(vault)["version"] == taken_at_version
    replica.update(vault, "put", b"colour=red")
    before = replica.canister_status(vault)["version"]

    load(replica, vault, snapshot["id"])

    assert replica.canister_status(vault)["version"] == before + 1
    change = changes(replica, manager, vault)[-1]
    assert change["canister_version"] == before + 1
    assert change["details"] == {
        "load_snapshot": {
            "from_canister_id": None,
            "snapshot_id": snapshot["id"],
            "canister_version": taken_at_version,
            "taken_at_timestamp": snapshot["taken_at_timestamp"],
            "source": {"taken_from_canister": None},
        }
    }


def test_loading_disarms_timers_of_before_and_of_the_snapshot(replica: LocalReplica, vault: Principal):
    replica.update(vault, "arm")
    snapshot_id = take(replica, vault)
    replica.update(vault, "arm")

    load(replica, vault, snapshot_id)
    replica.clock.advance(minutes=2)
    replica.run_until_idle()

    assert replica.query(vault, "get", b"rung") == b"nothing"
    assert replica.core.next_timer_ns() is None


def test_logs_stay_when_a_snapshot_is_loaded(replica: LocalReplica, vault: Principal):
    snapshot_id = take(replica, vault)
    with pytest.raises(Reject):
        replica.update(vault, "certify", bytes(33))
    printed = replica.logs(vault)

    load(replica, vault, snapshot_id)

    assert replica.logs(vault) == printed
    assert "certified data" in printed[-1]


def test_taking_with_uninstall_leaves_the_canister_empty_and_the_snapshot_whole(
    replica: LocalReplica, vault: Principal, manager: Principal
):
    snapshot_id = take(replica, vault, uninstall_code=True)

    assert replica.canister_status(vault)["module_hash"] is None
    assert changes(replica, manager, vault)[-1]["details"] == {"code_uninstall": None}
    with pytest.raises(Reject, match="contains no Wasm module"):
        replica.update(vault, "put", b"a=b")
    load(replica, vault, snapshot_id)
    assert replica.query(vault, "get", b"colour") == b"blue"


def test_an_empty_canister_has_nothing_to_take(replica: LocalReplica):
    empty = replica.create_canister()

    with pytest.raises(Reject, match=f"Failed to create snapshot for empty canister {empty}") as failure:
        take(replica, empty)

    assert failure.value.error_code == "IC0406"
    assert listed(replica, empty) == []


# -- Ids, limits, sizes ----------------------------------------------------------------------------------------------


def test_there_are_ten_at_most_and_one_may_replace_another(replica: LocalReplica, vault: Principal):
    ids = [take(replica, vault) for _ in range(SNAPSHOTS_MAX)]
    with pytest.raises(Reject, match="has reached the maximum number of snapshots allowed: 10") as failure:
        take(replica, vault)
    assert failure.value.error_code == "IC0406"

    newest = take(replica, vault, replace_snapshot=ids[3])

    assert listed(replica, vault) == [*ids[:3], *ids[4:], newest]
    with pytest.raises(Reject, match="Could not find the snapshot ID"):
        load(replica, vault, ids[3])


def test_an_id_is_never_given_twice_and_names_its_canister(
    replica: LocalReplica, vault: Principal, vault_module: bytes
):
    first = take(replica, vault)
    manage(replica, "delete_canister_snapshot", vault, snapshot_id=first)
    replica.restart()

    second = take(replica, vault)
    other = take(replica, replica.canister(vault_module))

    assert len({first, second, other}) == 3
    assert second.endswith(vault)


def test_a_deleted_snapshot_is_gone_and_its_memory_with_it(replica: LocalReplica, vault: Principal):
    size_before = replica.canister_status(vault)["memory_size"]
    snapshot = manage(replica, "take_canister_snapshot", vault)
    metrics = replica.canister_status(vault)["memory_metrics"]
    assert metrics["snapshots_size"] == snapshot["total_size"] > metrics["wasm_binary_size"]

    manage(replica, "delete_canister_snapshot", vault, snapshot_id=snapshot["id"])

    assert replica.canister_status(vault)["memory_size"] == size_before
    with pytest.raises(Reject) as failure:
        manage(replica, "delete_canister_snapshot", vault, snapshot_id=snapshot["id"])
    assert (failure.value.code, failure.value.error_code) == (RejectCode.DESTINATION_INVALID, "IC0305")


@pytest.mark.parametrize("snapshot_id", [b"", b"x", bytes(8), bytes(500)])
def test_what_is_no_id_is_not_found(replica: LocalReplica, vault: Principal, snapshot_id: bytes):
    for method in ("load_canister_snapshot", "delete_canister_snapshot", "read_canister_snapshot_metadata"):
        with pytest.raises(Reject, match="Could not find the snapshot ID") as failure:
            manage(replica, method, vault, snapshot_id=snapshot_id)
        assert failure.value.error_code == "IC0305"


def test_deleting_a_canister_deletes_its_snapshots_and_lets_go_of_its_modules(
    replica: LocalReplica, engine: ScriptedEngine, vault: Principal, vault_module: bytes
):
    state = replica.core._state
    take(replica, vault)
    replica.install(vault, define_vault(engine, "newer vault"), mode="upgrade")
    assert state.modules.get(sha256(vault_module).digest()) == vault_module

    manage(replica, "stop_canister", vault)
    manage(replica, "delete_canister", vault)

    for table in ("snapshots", "snapshot_images", "snapshot_chunks", "modules", "maps", "chunks"):
        assert list(state.store.tables[table].keys()) == [], table


# -- Whose snapshot --------------------------------------------------------------------------------------------------


def test_a_snapshot_can_be_loaded_onto_another_canister_of_the_same_controller(
    replica: LocalReplica, vault: Principal, manager: Principal
):
    snapshot_id = take(replica, vault)
    copy = replica.create_canister()

    load(replica, copy, snapshot_id)

    assert replica.query(copy, "get", b"colour") == b"blue"
    assert replica.query(copy, "get", b"k" * 600) == b"long"
    assert changes(replica, manager, copy)[-1]["details"]["load_snapshot"]["from_canister_id"] == vault
    assert listed(replica, copy) == []


def test_a_snapshot_of_somebody_else_cannot_be_loaded_whether_it_exists_or_not(replica: LocalReplica, vault: Principal):
    snapshot_id = take(replica, vault)
    mine = replica.create_canister(controller=MALLORY)
    refusals = []
    for wanted in (snapshot_id, (99).to_bytes(8, "big") + vault):
        with pytest.raises(Reject, match="Only a controller of the canister that snapshot") as failure:
            load(replica, mine, wanted, MALLORY)
        refusals.append(failure.value.error_code)
    assert refusals == ["IC0406", "IC0406"]

    set_up(replica, vault, controllers=[ALICE, MALLORY])
    load(replica, mine, snapshot_id, MALLORY)
    assert replica.query(mine, "get", b"colour") == b"blue"


def test_only_its_own_canister_can_delete_or_replace_a_snapshot(
    replica: LocalReplica, vault: Principal, vault_module: bytes
):
    snapshot_id = take(replica, vault)
    other = replica.canister(vault_module)

    with pytest.raises(Reject, match="does not belong to canister"):
        manage(replica, "delete_canister_snapshot", other, snapshot_id=snapshot_id)
    with pytest.raises(Reject, match="does not belong to canister"):
        take(replica, other, replace_snapshot=snapshot_id)

    assert listed(replica, vault) == [snapshot_id]


def test_snapshots_are_shown_to_those_the_settings_name(replica: LocalReplica, vault: Principal):
    snapshot_id = take(replica, vault)
    with pytest.raises(Reject, match="Only controllers") as failure:
        listed(replica, vault, BOB)
    assert failure.value.error_code == "IC0512"

    set_up(replica, vault, snapshot_visibility={"allowed_viewers": [BOB]})
    assert listed(replica, vault, BOB) == [snapshot_id]
    manage(replica, "read_canister_snapshot_metadata", vault, sender=BOB, snapshot_id=snapshot_id)
    with pytest.raises(Reject, match="Only controllers"):
        listed(replica, vault, CAROL)

    set_up(replica, vault, snapshot_visibility={"public": None})
    assert listed(replica, vault, CAROL) == [snapshot_id]
    with pytest.raises(Reject, match="Only controllers"):
        manage(replica, "delete_canister_snapshot", vault, sender=CAROL, snapshot_id=snapshot_id)


# -- Loading that fails ----------------------------------------------------------------------------------------------


def test_a_module_that_left_the_allow_list_is_not_loaded_and_nothing_changes(
    replica: LocalReplica, engine: ScriptedEngine, vault: Principal, vault_module: bytes
):
    snapshot_id = take(replica, vault)
    newer = define_vault(engine, "newer vault")
    replica.install(vault, newer, mode="upgrade")
    replica.update(vault, "put", b"colour=red")
    replica.restart(is_module_allowed=lambda module_hash: module_hash != sha256(vault_module).digest())
    before = replica.canister_status(vault)

    with pytest.raises(Reject, match="is not on this replica's allow-list") as failure:
        load(replica, vault, snapshot_id)

    assert failure.value.error_code == "IC0505"
    assert without_cycles(replica.canister_status(vault)) == without_cycles(before)
    assert replica.query(vault, "get", b"colour") == b"red"
    replica.restart(is_module_allowed=lambda module_hash: True)
    load(replica, vault, snapshot_id)
    assert replica.query(vault, "get", b"colour") == b"blue"


def test_continuations_of_the_code_of_before_do_not_come_back(replica: LocalReplica, engine: ScriptedEngine):
    def load_myself(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(MANAGEMENT, "load_canister_snapshot", arg)
        ic.reply(show(response))

    phoenix = replica.canister(define_notebook(engine, "phoenix", updates={"load_myself": load_myself}))
    set_up(replica, phoenix, controllers=[ALICE, phoenix])
    snapshot_id = take(replica, phoenix)
    replica.update(phoenix, "write", b"later")
    arg = INTERFACE.encode_args("load_canister_snapshot", {"canister_id": phoenix, "snapshot_id": snapshot_id})

    with pytest.raises(Reject) as failure:
        replica.update(phoenix, "load_myself", arg)

    assert failure.value.code == RejectCode.CANISTER_ERROR
    assert replica.query(phoenix, "read") == b""


def test_a_snapshot_leaves_the_module_its_name(replica: LocalReplica, vault: Principal):
    name = replica.core.oversee("canister", {"id": vault.text})["name"]

    take(replica, vault)

    assert name
    assert replica.core.oversee("canister", {"id": vault.text})["name"] == name
