"""Installing and replacing code: what each mode needs, keeps and wipes, and what a failure leaves."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from replica.certification.hash_tree import lookup_value
from replica.management.interface import INTERFACE
from replica.principal import Principal
from replica.reject import Reject
from tests.fixtures.notebook import NOTES, define_notebook
from tests.fixtures.replica import ALICE, BOB, LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine, trap
from tests.replica.management.calls import manage, manage_as_canister, manager_module, set_up
from tests.replica.management.vault import define_vault


def note_hook(name: bytes) -> Any:
    def hook(ic: Ic, *arguments: bytes) -> None:
        ic.state.map_put(NOTES, b"note", (ic.state.map_get(NOTES, b"note") or b"") + name + b"".join(arguments))

    return hook


@pytest.fixture
def hooked(engine: ScriptedEngine) -> bytes:
    hooks = {name: note_hook(f"{name} ".encode()) for name in ("init", "pre_upgrade", "post_upgrade")}
    return define_notebook(engine, "hooked", **hooks)


def test_install_runs_init_with_the_argument(replica: LocalReplica, hooked: bytes):
    """Topic: Creation, install."""
    canister_id = replica.create_canister()

    replica.install(canister_id, hooked, b"with milk")

    assert replica.query(canister_id, "read") == b"init with milk"
    status = replica.canister_status(canister_id)
    assert status["module_hash"] == sha256(hooked).digest()
    assert status["version"] == 1


def test_install_needs_an_empty_canister(replica: LocalReplica, notebook: Principal, hooked: bytes):
    """Topic: Lifecycle, install modes on wrong states."""
    with pytest.raises(Reject, match="is not empty") as failure:
        replica.install(notebook, hooked)

    assert failure.value.error_code == "IC0514"
    assert replica.query(notebook, "read") == b""


def test_upgrade_runs_the_hooks_of_old_and_new_code_and_keeps_the_state(replica: LocalReplica, hooked: bytes):
    """Topic: Lifecycle, upgrade; success."""
    canister_id = replica.canister(hooked, b"")

    replica.install(canister_id, hooked, b"again", mode="upgrade")

    assert replica.query(canister_id, "read") == b"init pre_upgrade post_upgrade again"


def test_upgrade_can_skip_the_old_code(replica: LocalReplica, hooked: bytes):
    canister_id = replica.canister(hooked, b"")
    options = {"skip_pre_upgrade": True, "wasm_memory_persistence": None}
    args = {"mode": {"upgrade": options}, "canister_id": canister_id, "wasm_module": hooked, "arg": b""}

    replica.manage("install_code", args, sender=ALICE, target=canister_id)

    assert replica.query(canister_id, "read") == b"init post_upgrade "


def test_upgrade_needs_code_to_upgrade(replica: LocalReplica, hooked: bytes):
    """Topic: Lifecycle, install modes on wrong states."""
    with pytest.raises(Reject, match="contains no Wasm module"):
        replica.install(replica.create_canister(), hooked, mode="upgrade")


def test_reinstall_wipes_state_and_works_on_an_empty_canister(replica: LocalReplica, hooked: bytes):
    """Topic: Lifecycle, reinstall; success."""
    canister_id = replica.create_canister()
    replica.install(canister_id, hooked, b"one", mode="reinstall")
    replica.update(canister_id, "write", b"a note")

    replica.install(canister_id, hooked, b"two", mode="reinstall")

    assert replica.query(canister_id, "read") == b"init two"


@pytest.mark.parametrize(("mode", "hook"), [("reinstall", "init"), ("upgrade", "post_upgrade"), ("upgrade", "pre")])
def test_a_trap_while_installing_leaves_everything_as_it_was(
    replica: LocalReplica, engine: ScriptedEngine, notebook: Principal, mode: str, hook: str
):
    """Topic: Lifecycle, reinstall and upgrade; trap in init, pre_upgrade and post_upgrade."""

    def write_and_trap(ic: Ic, *arguments: bytes) -> None:
        ic.state.map_put(NOTES, b"note", b"spoiled")
        trap("not today")

    if hook == "pre":
        replica.install(notebook, define_notebook(engine, "stubborn", pre_upgrade=write_and_trap), mode="upgrade")
    broken = engine.define("broken", **({} if hook == "pre" else {hook: write_and_trap}))
    replica.update(notebook, "write", b"milk")
    before = replica.canister_status(notebook)

    with pytest.raises(Reject, match="not today"):
        replica.install(notebook, broken, mode=mode)

    after = replica.canister_status(notebook)
    assert (after["module_hash"], after["version"]) == (before["module_hash"], before["version"])
    assert replica.query(notebook, "read") == b"milk"
    assert replica.update(notebook, "write", b"still works") == b"written"


@pytest.mark.parametrize("module", [b"", b"print('hello')", b"\x1f\x8b\x08 nobody defined this"])
def test_what_is_no_module_is_refused(replica: LocalReplica, notebook: Principal, module: bytes):
    """Topic: Modules, invalid."""
    with pytest.raises(Reject, match="not valid") as failure:
        replica.install(notebook, module, mode="upgrade")

    assert failure.value.error_code == "IC0505"
    assert replica.update(notebook, "write", b"milk") == b"written"


@pytest.mark.parametrize("mode", ["install", "reinstall", "upgrade"])
def test_a_module_that_is_not_allowed_is_refused_on_every_path(
    replica: LocalReplica, notebook: Principal, engine: ScriptedEngine, mode: str
):
    foreign = define_notebook(engine, "foreign")
    allowed = replica.canister_status(notebook)["module_hash"]
    replica.restart(is_module_allowed=lambda module_hash: module_hash == allowed)
    target = replica.create_canister() if mode == "install" else notebook
    args = {"mode": {mode: None}, "canister_id": target, "wasm_module": foreign, "arg": b""}

    with pytest.raises(Reject, match=f"{sha256(foreign).hexdigest()} is not on this replica's allow-list"):
        replica.install(target, foreign, mode=mode)
    with pytest.raises(Reject, match="is not on this replica's allow-list"):
        replica.manage("install_code", args, sender=ALICE, target=target)

    assert replica.query(notebook, "read") == b""


def test_a_module_in_use_still_runs_after_it_left_the_allow_list(replica: LocalReplica, notebook: Principal):
    replica.restart(is_module_allowed=lambda module_hash: False)

    assert replica.update(notebook, "write", b"milk") == b"written"


def test_uninstalling_wipes_code_and_state_and_keeps_the_canister(replica: LocalReplica, hooked: bytes):
    """Topic: Lifecycle, uninstall; wipes state and stable memory."""
    canister_id = replica.canister(hooked)
    before = replica.canister_status(canister_id)

    replica.manage("uninstall_code", {"canister_id": canister_id}, sender=ALICE, target=canister_id)

    after = replica.canister_status(canister_id)
    assert after["module_hash"] is None
    assert after["memory_metrics"]["stable_memory_size"] == 0
    assert 0 < before["cycles"] - after["cycles"] < 10_000_000
    with pytest.raises(Reject, match="contains no Wasm module"):
        replica.update(canister_id, "read")
    replica.install(canister_id, hooked, b"anew")
    assert replica.query(canister_id, "read") == b"init anew"


# -- Chunks ----------------------------------------------------------------------------------------------------------


def chunked(replica: LocalReplica, target: Principal, hashes: list[bytes], module: bytes, **fields: object) -> None:
    args = {
        "mode": {"install": None},
        "target_canister": target,
        "chunk_hashes_list": [{"hash": each} for each in hashes],
        "wasm_module_hash": sha256(module).digest(),
        "arg": b"",
        **fields,
    }
    replica.manage("install_chunked_code", args, sender=ALICE, target=target)


def upload(replica: LocalReplica, store: Principal, chunk: bytes) -> bytes:
    result = replica.manage("upload_chunk", {"canister_id": store, "chunk": chunk}, sender=ALICE, target=store)
    return bytes(result["hash"])


def test_a_module_is_put_together_from_the_chunks_of_another_canister(replica: LocalReplica, hooked: bytes):
    store, target = replica.create_canister(), replica.create_canister()
    hashes = [upload(replica, store, hooked[:5]), upload(replica, store, hooked[5:])]

    chunked(replica, target, hashes, hooked, store_canister=store)

    assert hashes[0] == sha256(hooked[:5]).digest()
    assert replica.query(target, "read") == b"init "


def test_missing_chunks_and_wrong_hashes_are_refused(replica: LocalReplica, hooked: bytes):
    target = replica.create_canister()
    chunk_hash = upload(replica, target, hooked)

    with pytest.raises(Reject, match="was not found in the chunk store"):
        chunked(replica, target, [bytes(32)], hooked)
    with pytest.raises(Reject, match="does not match given hash"):
        chunked(replica, target, [chunk_hash], b"something else")
    chunked(replica, target, [chunk_hash], hooked)


def test_the_chunk_store_has_limits_and_can_be_cleared(replica: LocalReplica):
    store = replica.create_canister()
    with pytest.raises(Reject, match="exceeds the maximum chunk size"):
        upload(replica, store, bytes(2**20 + 1))
    for number in range(100):
        upload(replica, store, b"%d" % number)
    upload(replica, store, b"0")

    with pytest.raises(Reject, match="maximum capacity of 100 chunks"):
        upload(replica, store, b"one too many")

    stored = replica.manage("stored_chunks", {"canister_id": store}, sender=ALICE, target=store)
    assert len(stored) == 100
    replica.manage("clear_chunk_store", {"canister_id": store}, sender=ALICE, target=store)
    assert replica.manage("stored_chunks", {"canister_id": store}, sender=ALICE, target=store) == []


def test_a_module_may_be_raw_or_compressed_and_its_hash_is_that_of_what_was_sent(
    replica: LocalReplica, engine: ScriptedEngine
):
    """Topic: Modules, raw and gzip."""
    for start in (b"\x00asm\x01\x00\x00\x00", b"\x1f\x8b\x08"):
        module = define_notebook(engine, "any", module_bytes=start + b" any module")
        canister_id = replica.canister(module)

        assert replica.canister_status(canister_id)["module_hash"] == sha256(module).digest()
        assert replica.update(canister_id, "write", b"milk") == b"written"


def test_a_module_of_many_megabytes_is_installed_in_pieces(replica: LocalReplica, engine: ScriptedEngine):
    """Topic: Management, large module."""
    module = define_notebook(engine, "large", module_bytes=b"\x1f\x8b\x08" + bytes(5_000_000))

    canister_id = replica.canister(module)

    assert replica.canister_status(canister_id)["memory_metrics"]["wasm_binary_size"] == len(module)


def test_a_list_that_repeats_a_chunk_without_end_is_refused(replica: LocalReplica):
    target = replica.create_canister()
    chunk_hash = upload(replica, target, bytes(2**20))

    with pytest.raises(Reject, match="more than 104857600 bytes") as failure:
        chunked(replica, target, [chunk_hash] * 50_000, b"whatever")

    assert failure.value.error_code == "IC0505"


@pytest.mark.parametrize("chunk_hash", [b"", b"short", bytes(600)])
def test_what_is_no_hash_finds_no_chunk(replica: LocalReplica, chunk_hash: bytes):
    with pytest.raises(Reject, match="was not found in the chunk store"):
        chunked(replica, replica.create_canister(), [chunk_hash], b"whatever")


def test_chunks_of_a_store_are_only_for_those_who_control_it_and_for_itself(
    replica: LocalReplica, engine: ScriptedEngine, hooked: bytes
):
    """Topic: Management, wrong controller of the store."""
    manager = replica.canister(manager_module(engine))
    store, target = replica.create_canister(), replica.create_canister()
    set_up(replica, target, controllers=[ALICE, BOB, manager])
    own = upload(replica, manager, hooked)
    upload(replica, store, hooked)
    args = {
        "mode": {"install": None},
        "target_canister": target,
        "chunk_hashes_list": [{"hash": own}],
        "wasm_module_hash": sha256(hooked).digest(),
    }

    with pytest.raises(Reject, match=f"Only controllers of canister {store} can call") as failure:
        replica.manage("install_chunked_code", {**args, "store_canister": store, "arg": b""}, sender=BOB, target=target)
    assert failure.value.error_code == "IC0512"
    with pytest.raises(Reject, match=f"Only controllers of canister {store} can call"):
        install_as_canister(replica, manager, {**args, "store_canister": store, "arg": b""})
    assert replica.canister_status(target)["module_hash"] is None

    install_as_canister(replica, manager, {**args, "store_canister": manager, "arg": b"from my own store"})
    assert replica.query(target, "read") == b"init from my own store"


def install_as_canister(replica: LocalReplica, manager: Principal, args: dict[str, Any]) -> None:
    encoded = INTERFACE.encode_args("install_chunked_code", args)
    manage_as_canister(replica, manager, "install_chunked_code", encoded=encoded)


def test_uninstalling_clears_the_chunk_store(replica: LocalReplica, notebook: Principal):
    assert manage(replica, "stored_chunks", notebook)

    manage(replica, "uninstall_code", notebook)

    assert manage(replica, "stored_chunks", notebook) == []


def test_reinstalling_and_uninstalling_clear_certified_data_and_upgrading_does_not(
    replica: LocalReplica, engine: ScriptedEngine
):
    """Topics: Certified variables, cleared by reinstall and uninstall."""
    module = define_vault(engine)
    vault = replica.canister(module)

    def certified() -> bytes | None:
        path = (b"canister", bytes(vault), b"certified_data")
        return lookup_value(replica.verified(replica.query(vault, "certificate")), path)

    assert certified() == b""
    replica.update(vault, "certify", b"one")
    replica.install(vault, module, mode="upgrade")
    assert certified() == b"one"
    replica.install(vault, module, mode="reinstall")
    assert certified() == b""
    replica.update(vault, "certify", b"two")
    manage(replica, "uninstall_code", vault)
    replica.install(vault, module)
    assert certified() == b""


def test_a_hook_that_answers_traps_and_nothing_is_installed(replica: LocalReplica, engine: ScriptedEngine):
    """Topic: trap in init, by reply."""

    def answer(ic: Ic, *arguments: bytes) -> None:
        ic.reply(b"there is nobody to answer")

    module = define_notebook(engine, "answering", init=answer)
    canister_id = replica.create_canister()

    with pytest.raises(Reject):
        replica.install(canister_id, module)

    assert replica.canister_status(canister_id)["module_hash"] is None


def test_the_memory_of_an_upgrade_may_be_asked_to_persist(replica: LocalReplica, hooked: bytes):
    canister_id = replica.canister(hooked, b"")
    for persistence in ({"keep": None}, {"replace": None}):
        options = {"skip_pre_upgrade": None, "wasm_memory_persistence": persistence}
        args = {"mode": {"upgrade": options}, "canister_id": canister_id, "wasm_module": hooked, "arg": b""}
        replica.manage("install_code", args, sender=ALICE, target=canister_id)

    assert replica.query(canister_id, "read") == b"init " + 2 * b"pre_upgrade post_upgrade "
