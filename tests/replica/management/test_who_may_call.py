"""Who may call which method: the table of the interface specification, row by row, for every kind of caller.

Each row names who is let through; everybody else must be refused. What a user sends is refused when it arrives, and
nothing of it is kept; what a canister sends is answered with the same reject.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import pytest

from replica.management.interface import INTERFACE
from replica.management.methods import METHODS
from replica.principal import ANONYMOUS, MANAGEMENT, Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.replica import ALICE, BOB, DAVE, MALLORY, LocalReplica
from tests.fixtures.scripted_engine import ScriptedEngine
from tests.replica.management.calls import manage, manage_as_canister, manager_module, query, set_up

CYCLES: Final = 10**12
# Users: alice controls the canister, bob is on its lists of viewers, dave is an admin of the subnet.
USERS: Final = {"controller": ALICE, "viewer": BOB, "admin": DAVE, "stranger": MALLORY, "anonymous": ANONYMOUS}
CANISTERS: Final = ("controlling canister", "itself", "strange canister")

EVERYBODY: Final = frozenset((*USERS, *CANISTERS))
CONTROLLERS: Final = frozenset(("controller", "controlling canister"))
WITH_ADMIN: Final = CONTROLLERS | {"admin"}
WITH_ITSELF: Final = CONTROLLERS | {"itself"}
WITH_VIEWER: Final = CONTROLLERS | {"viewer"}


@dataclass(frozen=True)
class Stage:
    """The canister that is managed, and two that could manage it."""

    replica: LocalReplica
    target: Principal
    controlling: Principal
    strange: Principal
    module: bytes

    def canister(self, caller: str) -> Principal:
        return dict(zip(CANISTERS, (self.controlling, self.target, self.strange), strict=True))[caller]


Arguments = Callable[[Stage], dict[str, Any]]


def just_the_canister(stage: Stage) -> dict[str, Any]:
    return {"canister_id": stage.target}


def with_fields(**fields: Any) -> Arguments:
    return lambda stage: {"canister_id": stage.target, **fields}


def installing(stage: Stage) -> dict[str, Any]:
    return {"canister_id": stage.target, "mode": {"upgrade": None}, "wasm_module": stage.module, "arg": b""}


def installing_chunks(stage: Stage) -> dict[str, Any]:
    chunk_hash = sha256(stage.module).digest()
    manage(stage.replica, "upload_chunk", stage.target, chunk=stage.module)
    return {
        "target_canister": stage.target,
        "mode": {"upgrade": None},
        "chunk_hashes_list": [{"hash": chunk_hash}],
        "wasm_module_hash": chunk_hash,
        "arg": b"",
    }


def stopped(stage: Stage) -> dict[str, Any]:
    manage(stage.replica, "stop_canister", stage.target)
    return {"canister_id": stage.target}


def taken_snapshot(stage: Stage) -> dict[str, Any]:
    snapshot = manage(stage.replica, "take_canister_snapshot", stage.target)
    return {"canister_id": stage.target, "snapshot_id": snapshot["id"]}


def reading_a_snapshot(stage: Stage) -> dict[str, Any]:
    return {**taken_snapshot(stage), "kind": {"wasm_module": {"offset": 0, "size": 1}}}


def announcing_a_snapshot(stage: Stage) -> dict[str, Any]:
    sizes = {"wasm_module_size": 1, "wasm_memory_size": 0, "stable_memory_size": 0}
    return {"canister_id": stage.target, "globals": [], "certified_data": b"", **sizes}


def filling_a_snapshot(stage: Stage) -> dict[str, Any]:
    method, args = "upload_canister_snapshot_metadata", announcing_a_snapshot(stage)
    announced = stage.replica.manage(method, args, sender=ALICE, target=stage.target)
    kind = {"wasm_module": {"offset": 0}}
    return {"canister_id": stage.target, "snapshot_id": announced["snapshot_id"], "kind": kind, "chunk": b"x"}


def about_the_subnet(stage: Stage) -> dict[str, Any]:
    return {"subnet_id": stage.replica.core.subnet_id}


@dataclass(frozen=True)
class Row:
    method: str
    allowed: frozenset[str]
    arguments: Arguments = just_the_canister
    users: str = "update"
    """How users may call it: "update", "update and query", "query", or "never"."""
    canisters: bool = True
    target_field: str = "canister_id"
    settings: dict[str, object] = field(default_factory=dict)


VIEWERS: Final = {"allowed_viewers": [BOB]}
ROWS: Final = [
    Row("create_canister", EVERYBODY, lambda stage: {"settings": None}, users="never"),
    Row("deposit_cycles", EVERYBODY, users="never"),
    Row("raw_rand", EVERYBODY, lambda stage: {}, users="never"),
    Row("canister_info", EVERYBODY, users="never"),
    Row("canister_metadata", EVERYBODY, with_fields(name="candid:service"), users="never"),
    Row("subnet_info", EVERYBODY, about_the_subnet, users="never"),
    Row(
        "node_metrics_history",
        EVERYBODY,
        lambda stage: {**about_the_subnet(stage), "start_at_timestamp_nanos": 0},
        users="never",
    ),
    Row("provisional_create_canister_with_cycles", EVERYBODY, lambda stage: {"settings": None}),
    Row("provisional_top_up_canister", EVERYBODY, with_fields(amount=5)),
    Row("update_settings", CONTROLLERS, with_fields(settings={})),
    Row("install_code", CONTROLLERS, installing),
    Row("install_chunked_code", CONTROLLERS, installing_chunks, target_field="target_canister"),
    Row("take_canister_snapshot", CONTROLLERS),
    Row("load_canister_snapshot", CONTROLLERS, taken_snapshot),
    Row("delete_canister_snapshot", CONTROLLERS, taken_snapshot),
    Row("upload_canister_snapshot_metadata", CONTROLLERS, announcing_a_snapshot),
    Row("upload_canister_snapshot_data", CONTROLLERS, filling_a_snapshot),
    Row("uninstall_code", WITH_ADMIN),
    Row("start_canister", WITH_ADMIN, stopped),
    Row("stop_canister", WITH_ADMIN),
    Row("delete_canister", WITH_ADMIN, stopped),
    Row("canister_metrics", WITH_ADMIN, users="update and query"),
    Row("upload_chunk", WITH_ITSELF, with_fields(chunk=b"x")),
    Row("stored_chunks", WITH_ITSELF),
    Row("clear_chunk_store", WITH_ITSELF),
    Row(
        "canister_status",
        WITH_ADMIN | WITH_ITSELF | WITH_VIEWER,
        users="update and query",
        settings={"status_visibility": VIEWERS},
    ),
    Row("list_canister_snapshots", WITH_VIEWER, settings={"snapshot_visibility": VIEWERS}),
    Row("read_canister_snapshot_metadata", WITH_VIEWER, taken_snapshot, settings={"snapshot_visibility": VIEWERS}),
    Row("read_canister_snapshot_data", WITH_VIEWER, reading_a_snapshot, settings={"snapshot_visibility": VIEWERS}),
    Row(
        "fetch_canister_logs",
        frozenset(("controller", "viewer")),
        users="query",
        canisters=False,
        settings={"log_visibility": VIEWERS},
    ),
    Row("list_canisters", frozenset(("admin",)), lambda stage: {}, users="query", canisters=False),
]
# What the interface has and this replica has not: canisters reach it and are told so.
ABSENT: Final = [name for name, method in METHODS.items() if not method.is_declared]
OTHERS: Final = {"http_request"}


@pytest.fixture
def stages(replica: LocalReplica, engine: ScriptedEngine) -> Callable[[], Stage]:
    """Makes a stage with a canister of its own."""
    replica.restart(subnet_admins=frozenset((DAVE,)))
    module = manager_module(engine)
    controlling, strange = replica.canister(module), replica.canister(module)

    def make() -> Stage:
        target = replica.canister(module)
        set_up(replica, target, controllers=[ALICE, controlling])
        return Stage(replica, target, controlling, strange, module)

    return make


@pytest.fixture
def stage(stages: Callable[[], Stage]) -> Stage:
    return stages()


def prepare(stage: Stage, row: Row) -> tuple[bytes, Principal]:
    """The encoded argument, and the canister in the URL."""
    if row.settings:
        set_up(stage.replica, stage.target, **row.settings)
    args = row.arguments(stage)
    arg = INTERFACE.encode_args(row.method, *([args] if args else []))
    return arg, Principal(args.get(row.target_field, MANAGEMENT))


def test_every_method_has_a_row():
    assert {row.method for row in ROWS} | set(ABSENT) | OTHERS == set(METHODS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_a_user_is_served_or_refused_on_arrival_without_a_trace(stages: Callable[[], Stage], row: Row):
    """Topics: Management by user; wrong controller; not accepted from ingress."""
    served = row.allowed & USERS.keys() if row.users.startswith("update") else frozenset[str]()
    stage = stages()
    arg, target = prepare(stage, row)
    before = stage.replica.core.state_digest()

    for caller in USERS.keys() - served:
        with pytest.raises(Reject) as failure:
            stage.replica.submit(MANAGEMENT, row.method, arg, sender=USERS[caller], effective_canister_id=target)
        check_refusal(row, failure.value, stage.target)
    assert stage.replica.core.state_digest() == before
    assert not stage.replica.core.has_work()

    for caller in sorted(served):
        arg, target = prepare(stage, row)
        stage.replica.update(MANAGEMENT, row.method, arg, sender=USERS[caller], effective_canister_id=target)
        stage = stages()


def check_refusal(row: Row, reject: Reject, target: Principal) -> None:
    if row.users == "never":
        expected = RejectCode.CANISTER_REJECT, "IC0406", f"ic00 method {row.method} can not be called via ingress"
    elif row.users == "query":
        expected = RejectCode.CANISTER_REJECT, "IC0406", f"ic00 method {row.method} can only be called as a query"
    else:
        text = f"Only controllers of canister {target} can call ic00 method {row.method}"
        expected = RejectCode.CANISTER_ERROR, "IC0512", text
    assert (reject.code, reject.error_code) == expected[:2]
    assert expected[2] in reject.message


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_a_canister_is_served_or_answered_with_a_reject(stages: Callable[[], Stage], row: Row):
    """Topic: Management by a canister."""
    served = row.allowed & set(CANISTERS) if row.canisters else frozenset[str]()
    asking = set(CANISTERS) - ({"itself"} if row.arguments is stopped else set())  # who is stopped calls nobody
    stage = stages()
    arg, _ = prepare(stage, row)

    for caller in asking - served:
        with pytest.raises(Reject) as failure:
            manage_as_canister(stage.replica, stage.canister(caller), row.method, cycles=CYCLES, encoded=arg)
        if row.canisters:
            text = f"Only controllers of canister {stage.target} can call ic00 method {row.method}"
            assert (failure.value.code, failure.value.message) == (RejectCode.CANISTER_ERROR, text)
        else:
            assert "can only be called as a query" in failure.value.message

    for caller in sorted(asking & served):
        arg, _ = prepare(stage, row)
        manage_as_canister(stage.replica, stage.canister(caller), row.method, cycles=CYCLES, encoded=arg)
        stage = stages()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.method)
def test_queries_exist_for_few_methods_and_obey_the_same_table(stage: Stage, row: Row):
    arg, target = prepare(stage, row)
    before = stage.replica.core.state_digest()

    for caller, sender in USERS.items():
        if row.users.endswith("query") and caller in row.allowed:
            stage.replica.query(MANAGEMENT, row.method, arg, sender=sender, effective_canister_id=target)
            continue
        with pytest.raises(Reject) as failure:
            stage.replica.query(MANAGEMENT, row.method, arg, sender=sender, effective_canister_id=target)
        if not row.users.endswith("query"):
            assert (failure.value.code, failure.value.error_code) == (RejectCode.CANISTER_REJECT, "IC0407")

    assert stage.replica.core.state_digest() == before


@pytest.mark.parametrize("method", ABSENT)
def test_keys_and_bitcoin_are_refused_to_everybody_in_words_that_say_why(stage: Stage, method: str):
    """Topic: Management, not accepted: threshold keys from ingress."""
    for sender in USERS.values():
        with pytest.raises(Reject, match=f"{method} can not be called via ingress messages"):
            stage.replica.submit(MANAGEMENT, method, b"DIDL\x00\x00", sender=sender)
    balance = query(stage.replica, "canister_status", stage.target)["cycles"]

    for arg in (b"DIDL\x00\x00", b"no candid at all"):
        with pytest.raises(Reject, match=f"{method} does not exist on this replica: ") as failure:
            manage_as_canister(stage.replica, stage.target, method, cycles=CYCLES, encoded=arg)
        assert failure.value.code == RejectCode.CANISTER_REJECT

    spent = balance - query(stage.replica, "canister_status", stage.target)["cycles"]
    assert spent < CYCLES, "the cycles for the key come back"


def test_without_visibility_only_those_who_control_see(stage: Stage):
    manage(stage.replica, "canister_status", stage.target)
    for sender in (BOB, MALLORY, ANONYMOUS):
        for method in ("canister_status", "list_canister_snapshots"):
            with pytest.raises(Reject, match="Only controllers"):
                manage(stage.replica, method, stage.target, sender=sender)
        with pytest.raises(Reject, match="not allowed to access canister logs"):
            query(stage.replica, "fetch_canister_logs", stage.target, sender=sender)


def test_public_visibility_shows_everybody(stage: Stage):
    public = {"public": None}
    set_up(stage.replica, stage.target, status_visibility=public, snapshot_visibility=public, log_visibility=public)

    for sender in (BOB, MALLORY, ANONYMOUS):
        manage(stage.replica, "canister_status", stage.target, sender=sender)
        manage(stage.replica, "list_canister_snapshots", stage.target, sender=sender)
        query(stage.replica, "fetch_canister_logs", stage.target, sender=sender)
