"""Snapshots leave in pieces and arrive in pieces; what arrives is checked before it becomes a canister."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from replica.management.code import MODULE_BYTES_MAX
from replica.management.snapshot_transfer import SLICE_BYTES_MAX
from replica.principal import Principal
from replica.reject import Reject
from replica.state.canister import PAGE_BYTES
from replica.state.stable_state import STABLE_BYTES_MAX
from tests.fixtures.replica import ALICE, LocalReplica, without_cycles
from tests.fixtures.scripted_engine import ScriptedEngine
from tests.replica.management.calls import changes, manage
from tests.replica.management.vault import at, define_vault

SIZES = {"wasm_module": "wasm_module_size", "wasm_memory": "wasm_memory_size", "stable_memory": "stable_memory_size"}


@pytest.fixture
def vault_module(engine: ScriptedEngine) -> bytes:
    return define_vault(engine)


@pytest.fixture
def vault(replica: LocalReplica, vault_module: bytes) -> Principal:
    canister_id = replica.canister(vault_module)
    for number in range(20):
        replica.update(canister_id, "put", b"%d=" % number + bytes([number]) * 10_000)
    replica.update(canister_id, "certify", b"fingerprint")
    return canister_id


@pytest.fixture
def diary(replica: LocalReplica, vault_module: bytes) -> Principal:
    """A canister with raw stable memory, nearly all of it never written."""
    canister_id = replica.canister(vault_module)
    for offset in (0, 4_078, 70_000, 1_000_000):
        replica.update(canister_id, "write_raw", at(offset, b"here"))
    return canister_id


def metadata_of(replica: LocalReplica, canister_id: Principal, snapshot_id: bytes) -> dict[str, Any]:
    found: dict[str, Any] = manage(replica, "read_canister_snapshot_metadata", canister_id, snapshot_id=snapshot_id)
    return found


def read(replica: LocalReplica, canister_id: Principal, snapshot_id: bytes, kind: dict[str, object]) -> bytes:
    result = manage(replica, "read_canister_snapshot_data", canister_id, snapshot_id=snapshot_id, kind=kind)
    return bytes(result["chunk"])


def announce(replica: LocalReplica, canister_id: Principal, **sizes: Any) -> bytes:
    fields = {
        "wasm_module_size": 0,
        "wasm_memory_size": 0,
        "stable_memory_size": 0,
        "certified_data": b"",
        "globals": [],
        **sizes,
    }
    return bytes(manage(replica, "upload_canister_snapshot_metadata", canister_id, **fields)["snapshot_id"])


def upload(
    replica: LocalReplica, canister_id: Principal, snapshot_id: bytes, kind: dict[str, object], chunk: bytes
) -> None:
    manage(replica, "upload_canister_snapshot_data", canister_id, snapshot_id=snapshot_id, kind=kind, chunk=chunk)


def load(replica: LocalReplica, canister_id: Principal, snapshot_id: bytes) -> None:
    manage(replica, "load_canister_snapshot", canister_id, snapshot_id=snapshot_id)


def download(replica: LocalReplica, canister_id: Principal, snapshot_id: bytes, part_bytes: int) -> dict[str, Any]:
    """Everything of a snapshot: its metadata, and the bytes of each kind by name."""
    metadata = metadata_of(replica, canister_id, snapshot_id)
    data: dict[str, Any] = {"metadata": metadata, "chunks": []}
    for kind, size_name in SIZES.items():
        size = metadata[size_name]
        parts = [
            read(replica, canister_id, snapshot_id, {kind: {"offset": offset, "size": min(part_bytes, size - offset)}})
            for offset in range(0, size, part_bytes)
        ]
        data[kind] = b"".join(parts)
    for each in metadata["wasm_chunk_store"]:
        data["chunks"].append(read(replica, canister_id, snapshot_id, {"wasm_chunk": {"hash": each["hash"]}}))
    return data


def upload_all(replica: LocalReplica, canister_id: Principal, data: dict[str, Any], part_bytes: int) -> bytes:
    metadata = data["metadata"]
    sizes = {name: metadata[name] for name in SIZES.values()}
    snapshot_id = announce(replica, canister_id, certified_data=metadata["certified_data"], **sizes)
    for kind in SIZES:
        # The last part first: clients may send them in any order.
        for offset in reversed(range(0, len(data[kind]), part_bytes)):
            part = data[kind][offset : offset + part_bytes]
            upload(replica, canister_id, snapshot_id, {kind: {"offset": offset}}, part)
    for chunk in data["chunks"]:
        upload(replica, canister_id, snapshot_id, {"wasm_chunk": None}, chunk)
    return snapshot_id


def take(replica: LocalReplica, canister_id: Principal) -> bytes:
    return bytes(manage(replica, "take_canister_snapshot", canister_id)["id"])


# -- There and back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part_bytes", [7_777, 1_000_000])
def test_maps_code_and_chunks_travel_to_another_canister(
    replica: LocalReplica, vault: Principal, vault_module: bytes, manager: Principal, part_bytes: int
):
    data = download(replica, vault, take(replica, vault), part_bytes)
    target = replica.create_canister()

    uploaded = upload_all(replica, target, data, part_bytes)
    load(replica, target, uploaded)

    assert replica.query(target, "get", b"7") == bytes([7]) * 10_000
    status, original = replica.canister_status(target), replica.canister_status(vault)
    assert status["module_hash"] == sha256(vault_module).digest()
    assert status["memory_metrics"]["stable_memory_size"] == original["memory_metrics"]["stable_memory_size"]
    assert {bytes(each["hash"]) for each in manage(replica, "stored_chunks", target)} == {sha256(vault_module).digest()}
    assert replica.update(target, "put", b"still=works") == b""
    details = changes(replica, manager, target)[-1]["details"]["load_snapshot"]
    assert details["source"] == {"metadata_upload": None}
    assert metadata_of(replica, target, uploaded)["certified_data"] == b"fingerprint"


def test_raw_memory_travels_byte_for_byte_and_what_is_empty_stays_empty(replica: LocalReplica, diary: Principal):
    data = download(replica, diary, take(replica, diary), 1_000_000)
    target = replica.create_canister()

    load(replica, target, upload_all(replica, target, data, 300_000))

    raw = data["stable_memory"]
    assert len(raw) == 16 * PAGE_BYTES
    assert [raw[offset : offset + 4] for offset in (0, 4_078, 70_000, 1_000_000)] == [b"here"] * 4
    assert raw.count(0) == len(raw) - 16
    pages = replica.core._state.store.tables["pages"]
    owners = [key[:4] for key in pages.keys()]  # noqa: SIM118  # a table, not a dict
    assert owners.count(owners[0]) == owners.count(owners[-1]) == 4
    assert replica.query(target, "read_raw", at(999_999, (5).to_bytes(8, "big"))) == b"\x00here"


def test_an_upload_continues_after_a_restart(replica: LocalReplica, vault: Principal):
    data = download(replica, vault, take(replica, vault), 1_000_000)
    target = replica.create_canister()
    sizes = {name: data["metadata"][name] for name in SIZES.values()}
    uploaded = announce(replica, target, **sizes)
    upload(replica, target, uploaded, {"wasm_module": {"offset": 0}}, data["wasm_module"])

    replica.restart()
    upload(replica, target, uploaded, {"wasm_memory": {"offset": 0}}, data["wasm_memory"])
    load(replica, target, uploaded)

    assert replica.query(target, "get", b"3") == bytes([3]) * 10_000


def test_what_was_declared_counts_as_memory_from_the_beginning(replica: LocalReplica):
    canister_id = replica.create_canister()

    announce(replica, canister_id, wasm_module_size=1_000, stable_memory_size=3 * PAGE_BYTES)

    assert replica.canister_status(canister_id)["memory_metrics"]["snapshots_size"] == 1_000 + 3 * PAGE_BYTES


# -- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"wasm_module_size": MODULE_BYTES_MAX + 1}, "wasm_module_size of 104857601 is above the limit"),
        ({"wasm_memory_size": STABLE_BYTES_MAX + 1}, "above the limit"),
        ({"stable_memory_size": 2**64 - 1}, "above the limit"),
        ({"stable_memory_size": PAGE_BYTES + 1}, "whole pages"),
        ({"certified_data": bytes(33)}, "more than 32 bytes"),
        ({"globals": [{"i32": 1}]}, "no Wasm globals"),
    ],
)
def test_metadata_that_no_canister_can_have_is_refused(
    replica: LocalReplica, vault: Principal, fields: dict[str, object], words: str
):
    with pytest.raises(Reject, match=words) as failure:
        announce(replica, vault, **fields)

    assert failure.value.error_code == "IC0408"
    assert manage(replica, "list_canister_snapshots", vault) == []


def test_slices_end_where_the_data_ends_and_are_not_too_large(replica: LocalReplica, vault: Principal):
    taken = take(replica, vault)
    size = metadata_of(replica, vault, taken)["wasm_memory_size"]
    assert len(read(replica, vault, taken, {"wasm_memory": {"offset": size, "size": 0}})) == 0

    for offset, length in ((size, 1), (2**64 - 1, 1), (0, size + 1)):
        with pytest.raises(Reject, match="Invalid subslice") as failure:
            read(replica, vault, taken, {"wasm_memory": {"offset": offset, "size": length}})
        assert failure.value.error_code == "IC0408"
    with pytest.raises(Reject, match="Requested slice too large"):
        read(replica, vault, taken, {"wasm_memory": {"offset": 0, "size": SLICE_BYTES_MAX + 1}})
    for chunk_hash in (bytes(32), b"", bytes(600)):
        with pytest.raises(Reject, match="was not found"):
            read(replica, vault, taken, {"wasm_chunk": {"hash": chunk_hash}})


def test_a_taken_snapshot_cannot_be_changed_and_an_upload_not_beyond_its_size(replica: LocalReplica, vault: Principal):
    taken, uploaded = take(replica, vault), announce(replica, vault, wasm_module_size=10)

    with pytest.raises(Reject, match="Only canister snapshots created by metadata upload can be mutated") as failure:
        upload(replica, vault, taken, {"wasm_module": {"offset": 0}}, b"x")
    assert failure.value.error_code == "IC0409"

    for offset, chunk in ((10, b"x"), (0, bytes(11)), (2**64 - 1, b"x")):
        with pytest.raises(Reject, match="Invalid subslice"):
            upload(replica, vault, uploaded, {"wasm_module": {"offset": offset}}, chunk)
    upload(replica, vault, uploaded, {"wasm_module": {"offset": 9}}, b"x")


def test_the_chunk_store_of_an_upload_has_the_limits_of_every_chunk_store(replica: LocalReplica):
    canister_id = replica.create_canister()
    uploaded = announce(replica, canister_id)
    with pytest.raises(Reject, match="exceeds the maximum chunk size"):
        upload(replica, canister_id, uploaded, {"wasm_chunk": None}, bytes(2**20 + 1))
    for number in range(100):
        upload(replica, canister_id, uploaded, {"wasm_chunk": None}, b"%d" % number)
    upload(replica, canister_id, uploaded, {"wasm_chunk": None}, b"0")

    with pytest.raises(Reject, match="maximum capacity of 100 chunks"):
        upload(replica, canister_id, uploaded, {"wasm_chunk": None}, b"one too many")

    assert len(metadata_of(replica, canister_id, uploaded)["wasm_chunk_store"]) == 100


def test_a_module_that_is_not_allowed_is_not_loaded_from_an_upload(
    replica: LocalReplica, engine: ScriptedEngine, vault: Principal, vault_module: bytes
):
    foreign = define_vault(engine, "foreign")
    replica.restart(is_module_allowed=lambda module_hash: module_hash == sha256(vault_module).digest())
    uploaded = announce(replica, vault, wasm_module_size=len(foreign))
    upload(replica, vault, uploaded, {"wasm_module": {"offset": 0}}, foreign)
    before = replica.canister_status(vault)

    with pytest.raises(Reject, match=f"{sha256(foreign).hexdigest()} is not on this replica's allow-list") as failure:
        load(replica, vault, uploaded)

    assert failure.value.error_code == "IC0505"
    assert without_cycles(replica.canister_status(vault)) == without_cycles(before)
    assert replica.query(vault, "get", b"7") == bytes([7]) * 10_000


def entry(memory_id: int, key: bytes, value: bytes) -> bytes:
    return bytes([memory_id]) + len(key).to_bytes(4, "big") + len(value).to_bytes(4, "big") + key + value


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (b"\x00", "ends inside an entry"),
        (entry(0, b"key", b"value")[:-1], "ends inside an entry"),
        (b"\x00" + b"\xff" * 8, "more than 67108864 bytes"),
        (entry(0, b"key", b"one") + entry(0, b"key", b"two"), "a key twice"),
        (bytes(9_000), "a key twice"),
    ],
)
def test_a_forged_image_of_maps_is_refused_and_the_canister_stays_what_it_was(
    replica: LocalReplica, vault: Principal, vault_module: bytes, image: bytes, words: str
):
    sizes = {"wasm_module_size": len(vault_module), "wasm_memory_size": len(image)}
    uploaded = announce(replica, vault, **sizes)
    upload(replica, vault, uploaded, {"wasm_module": {"offset": 0}}, vault_module)
    upload(replica, vault, uploaded, {"wasm_memory": {"offset": 0}}, image)
    before = replica.canister_status(vault)

    with pytest.raises(Reject, match=words) as failure:
        load(replica, vault, uploaded)

    assert failure.value.error_code == "IC0408"
    assert without_cycles(replica.canister_status(vault)) == without_cycles(before)
    assert replica.query(vault, "get", b"7") == bytes([7]) * 10_000
    assert replica.update(vault, "put", b"still=works") == b""


@pytest.mark.parametrize("sizes", [{"wasm_module_size": MODULE_BYTES_MAX}, {"wasm_memory_size": 100 * 2**30}])
def test_an_upload_that_is_not_complete_is_refused_at_once(
    replica: LocalReplica, vault: Principal, vault_module: bytes, sizes: dict[str, int]
):
    # What is announced counts as memory, and half a tebibyte freezes a canister with few cycles.
    top_up = {"canister_id": vault, "amount": 10**15}
    replica.manage("provisional_top_up_canister", top_up, sender=ALICE, target=vault)
    uploaded = announce(replica, vault, **{"wasm_module_size": len(vault_module), **sizes})
    upload(replica, vault, uploaded, {"wasm_module": {"offset": 0}}, vault_module)

    with pytest.raises(Reject, match="cannot be loaded") as failure:
        load(replica, vault, uploaded)

    assert failure.value.error_code == "IC0408"
    assert replica.update(vault, "put", b"still=works") == b""


def test_an_upload_counts_among_the_ten_and_may_replace_one(replica: LocalReplica, vault: Principal):
    ids = [take(replica, vault) for _ in range(10)]
    with pytest.raises(Reject, match="maximum number of snapshots"):
        announce(replica, vault)

    uploaded = announce(replica, vault, replace_snapshot=ids[0])

    listed = [bytes(each["id"]) for each in manage(replica, "list_canister_snapshots", vault, sender=ALICE)]
    assert listed == [*ids[1:], uploaded]
