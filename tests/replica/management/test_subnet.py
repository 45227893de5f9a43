"""What the subnet tells about itself, and metadata of its canisters."""

from __future__ import annotations

from typing import Any

import pytest

from replica.certification.hash_tree import lookup_value
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from replica.routing.config import VERSION
from replica.routing.requests import ReadStateError
from tests.fixtures.notebook import define_notebook, show
from tests.fixtures.replica import ALICE, BOB, DAVE, MALLORY, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, Running, ScriptedEngine
from tests.replica.management.calls import forward_to_management, manage, manage_as_canister

LEDGER = Principal.from_text("ryjl3-tyaaa-aaaaa-aaaba-cai")
FIRST = 0x8000_0000_0010_0000


def listed(replica: LocalReplica, sender: Principal) -> list[tuple[Principal, Principal]]:
    reply = replica.query(MANAGEMENT, "list_canisters", b"DIDL\x00\x00", sender=sender)
    (result,) = INTERFACE.decode_results("list_canisters", reply)
    return [(each["start"], each["end"]) for each in result["canisters"]]


def test_an_admin_lists_canisters_as_ranges_without_the_deleted(replica: LocalReplica):
    replica.restart(subnet_admins=frozenset((DAVE,)))
    ids = [replica.create_canister() for _ in range(5)]
    replica.create_canister(specified_id=LEDGER)
    manage(replica, "stop_canister", ids[2])
    manage(replica, "delete_canister", ids[2])

    assert listed(replica, DAVE) == [(LEDGER, LEDGER), (ids[0], ids[1]), (ids[3], ids[4])]

    with pytest.raises(Reject) as failure:
        listed(replica, MALLORY)
    assert (failure.value.code, failure.value.error_code) == (RejectCode.CANISTER_REJECT, "IC0410")


def test_a_subnet_without_admins_lists_nothing(replica: LocalReplica):
    with pytest.raises(Reject, match="only available on subnets with subnet admins") as failure:
        listed(replica, ALICE)

    assert failure.value.error_code == "IC0406"


def test_an_admin_may_stop_and_delete_but_not_take_over(replica: LocalReplica, notebook: Principal):
    replica.restart(subnet_admins=frozenset((DAVE,)))

    with pytest.raises(Reject, match="Only controllers"):
        manage(replica, "update_settings", notebook, sender=DAVE, settings={"controllers": [DAVE]})
    with pytest.raises(Reject, match="Only controllers"):
        manage(replica, "take_canister_snapshot", notebook, sender=DAVE)
    manage(replica, "stop_canister", notebook, sender=DAVE)
    manage(replica, "delete_canister", notebook, sender=DAVE)


def test_the_subnet_and_its_node_are_described(replica: LocalReplica, manager: Principal):
    subnet_id = replica.core.subnet_id

    info = manage_as_canister(replica, manager, "subnet_info", subnet_id=subnet_id)
    history = manage_as_canister(
        replica, manager, "node_metrics_history", subnet_id=subnet_id, start_at_timestamp_nanos=0
    )

    assert info == {"replica_version": VERSION, "registry_version": 1}
    ((node,),) = [sample["node_metrics"] for sample in history]
    assert node["node_id"] == replica.core.node_id
    assert node["num_blocks_proposed_total"] > 0
    future = {"subnet_id": subnet_id, "start_at_timestamp_nanos": 2**64 - 1}
    assert manage_as_canister(replica, manager, "node_metrics_history", **future) == []


def test_another_subnet_is_not_found(replica: LocalReplica, manager: Principal):
    for method, more in (("subnet_info", {}), ("node_metrics_history", {"start_at_timestamp_nanos": 0})):
        with pytest.raises(Reject, match=f"Subnet {ALICE} not found"):
            manage_as_canister(replica, manager, method, subnet_id=ALICE, **more)


def test_canisters_may_call_the_management_canister_by_the_id_of_the_subnet(
    replica: LocalReplica, engine: ScriptedEngine
):
    """Topic: Creation, call to subnet ids."""

    def ask_subnet(ic: Ic, arg: bytes) -> Running:
        response = yield CallOut(replica.core.subnet_id, "raw_rand", b"DIDL\x00\x00")
        ic.reply(show(response))

    canister_id = replica.canister(define_notebook(engine, "asker", updates={"ask_subnet": ask_subnet}))

    assert replica.update(canister_id, "ask_subnet").startswith(b"ok: DIDL")
    with pytest.raises(Reject, match="not found"):
        replica.update(replica.core.subnet_id, "raw_rand", b"DIDL\x00\x00")


# -- Composite queries -----------------------------------------------------------------------------------------------


def test_a_composite_query_may_fetch_logs_it_may_see_and_nothing_else(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal
):
    module = define_notebook(engine, "reader", composite_queries={"ask": forward_to_management})
    reader, stranger = replica.canister(module), replica.canister(module)
    viewers = {"log_visibility": {"allowed_viewers": [reader]}, "status_visibility": {"public": None}}
    manage(replica, "update_settings", notebook, settings=viewers)
    arg = INTERFACE.encode_args("fetch_canister_logs", {"canister_id": notebook})

    def ask(canister_id: Principal, method: str, payload: bytes) -> bytes:
        return replica.query(canister_id, "ask", bytes(16) + method.encode() + b" " + payload)

    assert ask(reader, "fetch_canister_logs", arg)[0] == 0
    assert b"not allowed to access canister logs" in ask(stranger, "fetch_canister_logs", arg)
    status = INTERFACE.encode_args("canister_status", {"canister_id": notebook})
    assert b"has no method 'canister_status'" in ask(reader, "canister_status", status)


# -- Metadata --------------------------------------------------------------------------------------------------------


def metadata(replica: LocalReplica, asking: Principal, canister_id: Principal, name: str) -> bytes:
    result: dict[str, Any] = manage_as_canister(
        replica, asking, "canister_metadata", canister_id=canister_id, name=name
    )
    return bytes(result["value"])


def test_every_canister_reads_the_public_metadata_of_every_other(
    replica: LocalReplica, manager: Principal, notebook: Principal
):
    """Topic: read of metadata, public."""
    assert metadata(replica, manager, notebook, "candid:service") == b"service : { /* notebook */ }"
    assert metadata(replica, manager, manager, "candid:service") == b"service : { /* manager */ }"


@pytest.mark.parametrize("name", ["", " ", "candid", "candid:service ", "☃", "private"])
def test_metadata_that_is_not_there_is_refused(
    replica: LocalReplica, manager: Principal, notebook: Principal, name: str
):
    """Topic: read of metadata; absent, unicode, empty and space names."""
    with pytest.raises(Reject, match=f"has no metadata section with the name {name}") as failure:
        metadata(replica, manager, notebook, name)

    assert failure.value.code == RejectCode.CANISTER_REJECT


def test_an_empty_canister_has_no_metadata(replica: LocalReplica, manager: Principal):
    with pytest.raises(Reject, match="has no Wasm module and hence no metadata"):
        metadata(replica, manager, replica.create_canister(), "candid:service")
    with pytest.raises(Reject, match="not found"):
        metadata(replica, manager, LEDGER, "candid:service")


@pytest.mark.parametrize("name", [b"candid:service", b"absent", b"", b" ", "☃".encode(), b"\xff"])
def test_certified_metadata_is_shown_or_proved_absent_and_names_are_text(
    replica: LocalReplica, notebook: Principal, name: bytes
):
    """Topic: read of metadata through read_state; invalid UTF-8 refused."""
    path = (b"canister", bytes(notebook), b"metadata", name)
    if name == b"\xff":
        with pytest.raises(ReadStateError):
            replica.read_state([path], sender=BOB, effective_canister_id=notebook)
        return

    tree = replica.read_state([path], sender=BOB, effective_canister_id=notebook)

    assert lookup_value(tree, path) == (b"service : { /* notebook */ }" if name == b"candid:service" else None)
