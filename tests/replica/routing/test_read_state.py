"""Which certified paths a reader may see, and what the tree says about them.

Topics "read_state" and "Delegation targets" (of a status) of the conformance inventory.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replica.certification.hash_tree import Absent, Unknown, labels_at, lookup, lookup_value
from replica.certification.representation import read_leb128
from replica.clock import VirtualClock
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from replica.routing.requests import ReadStateError, ReadStateRequest
from tests.fixtures.replica import ALICE, BOB, MALLORY, LocalReplica

UNKNOWN = b"u" * 32
REQUEST_LABELS = (b"status", b"reply", b"reject_code", b"reject_message", b"error_code")
CANISTER_LABELS = (b"module_hash", b"controllers", b"canister_creation_timestamp", b"last_install_timestamp")


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
    service, args, absent = (
        canister_path(notebook, b"metadata", name) for name in (b"candid:service", b"candid:args", b"candid")
    )

    tree = replica.read_state([service, args, absent], effective_canister_id=notebook)

    assert lookup_value(tree, service) == b"service : { /* notebook */ }"
    assert lookup_value(tree, args) == b"()"
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


def test_the_metrics_of_the_subnet_count_what_happened(replica: LocalReplica, notebook: Principal):
    path = (b"subnet", replica.core.subnet_id, b"metrics")

    def metrics() -> dict[str, Any]:
        encoded = lookup_value(replica.read_state([path]), path)
        assert encoded is not None
        return dict(cbor2.loads(encoded[3:]))

    before = metrics()
    replica.create_canister()
    replica.update(notebook, "write", b"milk")
    after = metrics()

    assert after["num_canisters"] == before["num_canisters"] + 1 == 2
    assert after["update_transactions_total"] == before["update_transactions_total"] + 1
    assert after["consumed_cycles_total"][0] > before["consumed_cycles_total"][0]
    assert after["canister_state_bytes"] > 0
    replica.restart()
    assert metrics()["update_transactions_total"] == after["update_transactions_total"]


def test_a_deleted_canister_is_no_longer_counted(replica: LocalReplica, notebook: Principal, other_notebook: Principal):
    for method in ("stop_canister", "delete_canister"):
        replica.manage(method, {"canister_id": notebook}, sender=ALICE, target=notebook)
    path = (b"subnet", replica.core.subnet_id, b"metrics")

    encoded = lookup_value(replica.read_state([path]), path)

    assert encoded is not None
    assert cbor2.loads(encoded[3:])["num_canisters"] == 1


def test_a_canister_tells_when_it_was_created_and_installed(
    replica: LocalReplica, clock: VirtualClock, notebook_module: bytes
):
    created_ns = clock.now_ns()
    canister = replica.create_canister()
    paths = [canister_path(canister, label) for label in (b"canister_creation_timestamp", b"last_install_timestamp")]
    empty = replica.read_state(paths, effective_canister_id=canister)
    clock.advance(minutes=5)
    installed_ns = clock.now_ns()

    replica.install(canister, notebook_module)

    tree = replica.read_state(paths, effective_canister_id=canister)
    assert [read_leb128(lookup_value(tree, path) or b"") for path in paths] == [created_ns, installed_ns]
    assert read_leb128(lookup_value(empty, paths[0]) or b"") == created_ns
    assert isinstance(lookup(empty, paths[1]), Absent)


def test_every_kind_of_path_is_checked(replica: LocalReplica, notebook: Principal, other_notebook: Principal):
    request_id = replica.submit(notebook, "write", b"milk", sender=ALICE)
    replica.run_until_idle()
    subnet = replica.core.subnet_id
    allowed: list[tuple[bytes, ...]] = [
        (b"time",),
        (b"subnet",),
        (b"subnet", subnet),
        *((b"subnet", subnet, label) for label in (b"public_key", b"canister_ranges", b"type", b"node")),
        (b"subnet", subnet, b"node", replica.core.node_id),
        (b"subnet", subnet, b"node", replica.core.node_id, b"public_key"),
        (b"subnet", ALICE, b"public_key"),
        (b"api_boundary_nodes",),
        (b"api_boundary_nodes", ALICE, b"domain"),
        (b"request_status", request_id),
        *((b"request_status", request_id, label) for label in REQUEST_LABELS),
        *(canister_path(notebook, label) for label in CANISTER_LABELS),
        *(canister_path(notebook, b"metadata", name.encode()) for name in ("naïve name", "", " ", "candid:service")),
    ]
    refused: list[tuple[bytes, ...]] = [
        (),
        (b"",),
        (b"time", b""),
        (b"bogus",),
        (b"canister",),
        (b"request_status",),
        (b"request_status", request_id, b"bogus"),
        (b"request_status", request_id, b"status", b""),
        (b"canister_ranges", subnet),
        (b"subnet", subnet, b"metrics"),
        (b"subnet", subnet, b"bogus"),
        (b"subnet", subnet, b"node", replica.core.node_id, b"bogus"),
        (b"api_boundary_nodes", ALICE, b"bogus"),
        canister_path(notebook),
        canister_path(notebook, b"certified_data"),
        canister_path(notebook, b"metadata"),
        canister_path(notebook, b"controllers", b""),
    ]

    replica.read_state(allowed, sender=ALICE, effective_canister_id=notebook)
    for path in refused:
        with pytest.raises(ReadStateError, match=r"^Invalid path requested\.$"):
            replica.read_state([path], sender=ALICE, effective_canister_id=notebook)


def test_a_path_about_another_canister_is_refused_by_name(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    path = canister_path(other_notebook, b"controllers")

    replica.read_state([path], effective_canister_id=other_notebook)
    with pytest.raises(ReadStateError) as refused:
        replica.read_state([path], effective_canister_id=notebook)

    assert refused.value.text == (
        f"Effective principal id in URL {notebook} does not match requested principal id: {other_notebook}."
    )


def test_a_metadata_name_that_is_no_text_is_refused(replica: LocalReplica, notebook: Principal):
    with pytest.raises(ReadStateError, match="Could not parse the custom section name"):
        replica.read_state([canister_path(notebook, b"metadata", b"\xff")], effective_canister_id=notebook)


@pytest.mark.parametrize("request_id", [b"", b"short", bytes(31), bytes(33)])
def test_a_request_id_of_another_length_is_refused(replica: LocalReplica, notebook: Principal, request_id: bytes):
    replica.read_state([(b"request_status", bytes(32))], effective_canister_id=notebook)
    with pytest.raises(ReadStateError, match="not of 32 bytes in length"):
        replica.read_state([(b"request_status", request_id)], effective_canister_id=notebook)


def test_on_the_subnet_endpoint_only_the_subnet_and_the_time_can_be_read(replica: LocalReplica, notebook: Principal):
    subnet = replica.core.subnet_id
    allowed = [(b"time",), (b"subnet",), (b"canister_ranges", subnet), (b"subnet", subnet, b"metrics")]

    replica.read_state(allowed)
    for path in (
        canister_path(notebook, b"controllers"),
        (b"request_status", UNKNOWN),
        (b"canister_ranges",),
        (b"canister_ranges", subnet, replica.config.ranges[0][0]),
        (b"subnet", ALICE, b"metrics"),
    ):
        with pytest.raises(ReadStateError, match="Invalid path"):
            replica.read_state([path])


def test_the_status_of_a_call_is_for_its_sender_at_the_url_of_the_call(
    replica: LocalReplica, notebook: Principal, other_notebook: Principal
):
    request_id = replica.submit(notebook, "write", b"milk", sender=ALICE)
    path = (b"request_status", request_id)
    for moment in ("waiting", "ended"):
        if moment == "ended":
            replica.finish(request_id)

        replica.read_state([path], sender=ALICE, effective_canister_id=notebook)
        with pytest.raises(ReadStateError, match="not signed by the caller") as refused:
            replica.read_state([(b"time",), path], sender=BOB, effective_canister_id=notebook)
        assert refused.value.status == 403
        with pytest.raises(ReadStateError, match="Invalid path"):
            replica.read_state([path], sender=ALICE, effective_canister_id=other_notebook)


def test_delegation_targets_hold_for_the_status_of_a_call(replica: LocalReplica, notebook: Principal):
    about_canister = replica.submit(notebook, "write", b"milk", sender=ALICE)
    replica.finish(about_canister)
    arg = INTERFACE.encode_args("canister_status", {"canister_id": notebook})
    about_management = replica.submit(MANAGEMENT, "canister_status", arg, sender=ALICE, effective_canister_id=notebook)

    def is_readable(request_id: bytes, *targets: Principal) -> bool:
        paths = ((b"request_status", request_id),)
        try:
            replica.core.read_state(ReadStateRequest(ALICE, paths, notebook, targets=frozenset(targets)))
        except ReadStateError as error:
            return "not belonging to sender delegation targets" not in error.text
        return True

    for moment in ("waiting", "ended"):
        if moment == "ended":
            replica.finish(about_management)
        assert is_readable(about_canister, notebook)
        assert is_readable(about_management, notebook, MANAGEMENT)
        assert is_readable(UNKNOWN)
        assert not is_readable(about_canister, MANAGEMENT)
        assert not is_readable(about_management, notebook)
        assert not is_readable(about_canister)


def test_a_part_of_a_status_shows_only_that_part(replica: LocalReplica, notebook: Principal):
    request_id = replica.submit(notebook, "write", b"milk", sender=ALICE)
    replica.finish(request_id)
    path = (b"request_status", request_id)

    tree = replica.read_state([(*path, b"status")], sender=ALICE, effective_canister_id=notebook)

    assert lookup_value(tree, (*path, b"status")) == b"replied"
    assert isinstance(lookup(tree, (*path, b"reply")), Unknown)


def test_the_whole_subnet_is_shown_at_once(replica: LocalReplica, notebook: Principal):
    subnet = (b"subnet", replica.core.subnet_id)

    tree = replica.read_state([(b"subnet",)], effective_canister_id=notebook)

    assert labels_at(tree, subnet) == [b"canister_ranges", b"metrics", b"node", b"public_key", b"type"]
    assert lookup_value(tree, (*subnet, b"type")) == b"application"
    node_key = lookup_value(tree, (*subnet, b"node", replica.core.node_id, b"public_key"))
    assert node_key is not None
    assert Principal.self_authenticating(node_key) == replica.core.node_id
    ranges = lookup_value(tree, (*subnet, b"canister_ranges"))
    assert ranges is not None
    assert any(low <= notebook <= high for low, high in cbor2.loads(ranges[3:]))


def test_ranges_are_shown_without_the_label_that_starts_like_theirs(replica: LocalReplica, notebook: Principal):
    # Agents take a visible `canister` beside `canister_ranges` for proof that the latter is absent.
    tree = replica.read_state([(b"canister_ranges", replica.core.subnet_id)])

    assert labels_at(tree, ()) == [b"canister_ranges", b"time"]


LABELS = st.binary(max_size=40) | st.sampled_from(
    [b"time", b"canister", b"metadata", b"request_status", b"subnet", b"node", b"metrics", b"canister_ranges", UNKNOWN]
)
PATHS = st.lists(st.lists(LABELS, max_size=6).map(tuple), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=PATHS, is_about_subnet=st.booleans(), version=st.sampled_from((2, 3)))
def test_any_paths_end_in_a_certificate_or_in_the_refusal(
    replica: LocalReplica, notebook: Principal, paths: list[tuple[bytes, ...]], is_about_subnet: bool, version: int
):
    own = [tuple(notebook if label == UNKNOWN else label for label in path) for path in paths]
    for asked in (paths, own):
        target = None if is_about_subnet else notebook
        with suppress(ReadStateError):
            replica.verified(replica.core.read_state(ReadStateRequest(BOB, tuple(asked), target, version)))


def test_two_requests_at_once_are_refused(replica: LocalReplica, notebook: Principal):
    paths = [(b"request_status", UNKNOWN), (b"request_status", b"v" * 32)]

    replica.read_state(paths[:1], effective_canister_id=notebook)
    with pytest.raises(ReadStateError, match="More than one non-unique request ID"):
        replica.read_state(paths, effective_canister_id=notebook)


def test_the_root_key_stays_the_same_after_a_restart(replica: LocalReplica, notebook: Principal):
    before = replica.core.root_key_der, replica.core.node_id
    certificate = replica.core.request_certificate(UNKNOWN)

    replica.restart()

    assert (replica.core.root_key_der, replica.core.node_id) == before
    replica.verified(certificate)
