"""What a canister is and has: complete, true, and the same as a query and as a call."""

from __future__ import annotations

import pytest

from replica.principal import ANONYMOUS, Principal
from replica.reject import Reject
from tests.fixtures.replica import ALICE, LocalReplica
from tests.replica.management.calls import manage, query, set_up

METRICS = {
    "wasm_memory_size",
    "stable_memory_size",
    "global_memory_size",
    "wasm_binary_size",
    "custom_sections_size",
    "canister_history_size",
    "wasm_chunk_store_size",
    "snapshots_size",
    "log_memory_store_size",
}


def test_all_fields_are_there_and_the_query_says_the_same(replica: LocalReplica, notebook: Principal):
    """Topic: Lifecycle, status fields."""
    asked = query(replica, "canister_status", notebook)
    status = replica.canister_status(notebook)

    # The call itself is charged to the canister, and the query is not.
    assert {**status, "cycles": 0} == {**asked, "cycles": 0}
    assert status["ready_for_migration"] is False
    assert set(status["memory_metrics"]) == METRICS
    assert set(status["settings"]) == {
        "controllers",
        "compute_allocation",
        "memory_allocation",
        "freezing_threshold",
        "reserved_cycles_limit",
        "minimum_incoming_canister_call_cycles",
        "wasm_memory_limit",
        "wasm_memory_threshold",
        "log_memory_limit",
        "log_visibility",
        "snapshot_visibility",
        "status_visibility",
        "environment_variables",
    }


def test_memory_is_the_sum_of_its_parts_and_each_part_is_measured(
    replica: LocalReplica, notebook: Principal, notebook_module: bytes
):
    empty = replica.canister_status(replica.create_canister())["memory_metrics"]
    manage(replica, "clear_chunk_store", notebook)
    before = replica.canister_status(notebook)["memory_metrics"]
    assert before["wasm_binary_size"] == len(notebook_module)
    assert before["custom_sections_size"] == len(b"service : { /* notebook */ }")
    assert 0 < empty["canister_history_size"] < before["canister_history_size"]
    assert (empty["wasm_binary_size"], empty["custom_sections_size"], empty["stable_memory_size"]) == (0, 0, 0)

    replica.update(notebook, "write", b"x" * 1_000)
    manage(replica, "upload_chunk", notebook, chunk=b"tiny")
    with pytest.raises(Reject):
        replica.update(notebook, "write_then_trap")
    status = replica.canister_status(notebook)

    after = status["memory_metrics"]
    assert after["stable_memory_size"] == before["stable_memory_size"] + len(b"note") + 1_000
    assert after["wasm_chunk_store_size"] == 2**20
    assert after["log_memory_store_size"] > before["log_memory_store_size"] == 0
    assert status["memory_size"] == sum(after.values())


def test_the_status_of_nobody_is_not_found(replica: LocalReplica):
    nobody = Principal.from_counter(0x8000_0000_0010_0099)

    for sender in (ALICE, ANONYMOUS):
        with pytest.raises(Reject, match=f"Canister {nobody} not found") as failure:
            manage(replica, "canister_status", nobody, sender=sender)
        assert failure.value.error_code == "IC0301"


def test_an_empty_canister_has_no_module_hash(replica: LocalReplica):
    assert replica.canister_status(replica.create_canister())["module_hash"] is None


def test_the_settings_that_are_shown_are_those_that_were_given(replica: LocalReplica, notebook: Principal):
    given = {
        "compute_allocation": 1,
        "memory_allocation": 2**30,
        "freezing_threshold": 77,
        "reserved_cycles_limit": 78,
        "minimum_incoming_canister_call_cycles": 79,
        "wasm_memory_limit": 80,
        "wasm_memory_threshold": 81,
        "log_memory_limit": 8_192,
        "log_visibility": {"public": None},
        "snapshot_visibility": {"allowed_viewers": [ALICE]},
        "status_visibility": {"public": None},
        "environment_variables": [{"name": "NAME", "value": "välue"}],
    }

    set_up(replica, notebook, **given)
    replica.restart()

    shown = replica.canister_status(notebook)["settings"]
    assert {name: shown[name] for name in given} == given
