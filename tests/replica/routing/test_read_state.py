"""Which certified paths a reader may see, and what the tree says about them."""

from __future__ import annotations

import cbor2
import pytest

from replica.certification.hash_tree import Absent, Unknown, lookup, lookup_value
from replica.principal import Principal
from replica.routing.requests import ReadStateError
from tests.fixtures.replica import ALICE, BOB, MALLORY, LocalReplica

UNKNOWN = b"u" * 32


def canister_path(canister_id: Principal, *labels: bytes) -> tuple[bytes, ...]:
    return (b"canister", canister_id, *labels)


def test_no_paths_show_the_time_alone(replica: LocalReplica, notebook: Principal):
    tree = replica.read_state([], effective_canister_id=notebook)

    assert lookup_value(tree, (b"time",)) is not None
    assert isinstance(lookup(tree, canister_path(notebook, b"controllers")), Unknown)


def test_anyone_reads_controllers_and_module_hash(replica: LocalReplica, notebook: Principal):
    paths = [canister_path(notebook, b"controllers"), canister_path(notebook, b"module_hash")]

    tree = replica.read_state(paths, sender=MALLORY, effective_canister_id=notebook)

    encoded = lookup_value(tree, paths[0])
    assert encoded is not None
    assert encoded.startswith(b"\xd9\xd9\xf7")
    assert list(cbor2.loads(encoded[3:])) == [ALICE]
    assert lookup_value(tree, paths[1]) == replica.canister_status(notebook)["module_hash"]


def test_controllers_follow_the_settings(replica: LocalReplica, notebook: Principal):
    path = canister_path(notebook, b"controllers")
    for controllers in ([ALICE, BOB], [BOB, ALICE, BOB]):
        settings = {"canister_id": notebook, "settings": {"controllers": controllers}}
        replica.manage("update_settings", settings, sender=ALICE, target=notebook)

        encoded = lookup_value(replica.read_state([path], effective_canister_id=notebook), path)

        assert encoded is not None
        assert sorted(cbor2.loads(encoded[3:])) == sorted([ALICE, BOB])


def test_an_empty_canister_proves_that_it_has_no_module(replica: LocalReplica):
    empty = replica.create_canister()
    path = canister_path(empty, b"module_hash")

    assert isinstance(lookup(replica.read_state([path], effective_canister_id=empty), path), Absent)


def test_a_missing_canister_is_proved_absent(replica: LocalReplica, notebook: Principal):
    missing = Principal.from_counter(0x8000_0000_001F_0000)
    path = canister_path(missing, b"module_hash")

    assert isinstance(lookup(replica.read_state([path], effective_canister_id=missing), path), Absent)


def test_a_deleted_canister_is_proved_absent(replica: LocalReplica, notebook: Principal):
    for method in ("stop_canister", "delete_canister"):
        replica.manage(method, {"canister_id": notebook}, sender=ALICE, target=notebook)
    path = canister_path(notebook, b"controllers")

    assert isinstance(lookup(replica.read_state([path], effective_canister_id=notebook), path), Absent)


def test_the_interface_is_public_metadata(replica: LocalReplica, notebook: Principal):
    present = canister_path(notebook, b"metadata", b"candid:service")
    absent = canister_path(notebook, b"metadata", b"candid:args")

    tree = replica.read_state([present, absent], effective_canister_id=notebook)

    assert lookup_value(tree, present) == b"service : { /* notebook */ }"
    assert isinstance(lookup(tree, absent), Absent)


def test_an_unknown_request_is_proved_absent(replica: LocalReplica, notebook: Principal):
    path = (b"request_status", UNKNOWN)

    assert isinstance(lookup(replica.read_state([path], effective_canister_id=notebook), path), Absent)


def test_subnet_and_ranges_can_be_read_on_the_subnet_endpoint(replica: LocalReplica, notebook: Principal):
    subnet_id = replica.core.subnet_id
    paths = [(b"canister_ranges", subnet_id), (b"subnet", subnet_id, b"public_key")]

    tree = replica.read_state(paths)

    assert lookup_value(tree, paths[1]) == replica.core.root_key_der
    ranges = lookup_value(tree, (b"canister_ranges", subnet_id, replica.config.ranges[0][0]))
    assert ranges is not None
    pairs = cbor2.loads(ranges[3:])
    assert any(low <= notebook <= high for low, high in pairs)


def test_every_kind_of_path_is_checked(replica: LocalReplica, notebook: Principal, other_notebook: Principal):
    request_id = replica.submit(notebook, "write", b"milk", sender=ALICE)
    replica.run_until_idle()
    allowed: list[tuple[bytes, ...]] = [
        (b"time",),
        (b"subnet",),
        (b"request_status", request_id),
        (b"request_status", request_id, b"reply"),
        canister_path(notebook, b"controllers"),
        canister_path(notebook, b"metadata", "naïve name".encode()),
    ]
    refused: list[tuple[bytes, ...]] = [
        (),
        (b"",),
        (b"canister",),
        (b"request_status",),
        (b"canister_ranges", replica.core.subnet_id),
        canister_path(notebook),
        canister_path(notebook, b"certified_data"),
        canister_path(notebook, b"metadata"),
        canister_path(notebook, b"metadata", b"\xff"),
        canister_path(other_notebook, b"controllers"),
    ]

    replica.read_state(allowed, sender=ALICE, effective_canister_id=notebook)
    for path in refused:
        with pytest.raises(ReadStateError):
            replica.read_state([path], sender=ALICE, effective_canister_id=notebook)


def test_two_requests_at_once_are_refused(replica: LocalReplica, notebook: Principal):
    paths = [(b"request_status", UNKNOWN), (b"request_status", b"v" * 32)]

    replica.read_state(paths[:1], effective_canister_id=notebook)
    with pytest.raises(ReadStateError, match="single request ID"):
        replica.read_state(paths, effective_canister_id=notebook)


def test_the_root_key_stays_the_same_after_a_restart(replica: LocalReplica, notebook: Principal):
    before = replica.core.root_key_der, replica.core.node_id
    certificate = replica.core.request_certificate(UNKNOWN)

    replica.restart()

    assert (replica.core.root_key_der, replica.core.node_id) == before
    replica.verified(certificate)
