"""Snapshots of a Kybra canister on a replica of its own: over HTTP, across a kill, and from one replica to another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.agent import AgentRejected, HttpAgent
from parley.identity import FastIdentity
from parley.management import create_canister, install_module, upload_module
from replica.bundles import bundle_project
from replica.candid.did import parse_did
from replica.execution.kybra_engine import KybraEngine
from replica.management.interface import INTERFACE
from replica.principal import MANAGEMENT, Principal
from tests.fixtures.replica_process import ReplicaProcess

SOURCE = """
from kybra import StableBTreeMap, nat64, query, text, update

COUNTS = StableBTreeMap[text, nat64](memory_id=0, max_key_size=80, max_value_size=16)


@update
def add(name: text, by: nat64) -> nat64:
    COUNTS.insert(name, (COUNTS.get(name) or 0) + by)
    return COUNTS.get(name) or 0


@query
def count(name: text) -> nat64:
    return COUNTS.get(name) or 0
"""
TRILLION = 10**12
ADMIN = FastIdentity()


@pytest.fixture
def module(tmp_path: Path) -> bytes:
    source = tmp_path / "project" / "main.py"
    source.parent.mkdir()
    source.write_text(SOURCE)
    return bundle_project(source)


@pytest.fixture
def replicas(tmp_path: Path, module: bytes) -> Iterator[list[ReplicaProcess]]:
    arguments = ("--subnet-admin", Principal(ADMIN.sender().bytes).text)
    started = [ReplicaProcess(tmp_path / name, modules=(module,), arguments=arguments) for name in ("here", "there")]
    yield started
    for replica in started:
        replica.stop()


class Counter:
    """One counting canister, as its controller uses it."""

    def __init__(self, agent: HttpAgent, module: bytes, canister_id: Principal) -> None:
        self.agent, self.id = agent, canister_id
        self._interface = parse_did(KybraEngine().load(module).candid)

    def add(self, by: int) -> int:
        reply = self.agent.update(self.id, "add", self._interface.encode_args("add", "apples", by))
        return int(self._interface.decode_results("add", reply)[0])

    def count(self) -> int:
        reply = self.agent.query(self.id, "count", self._interface.encode_args("count", "apples"))
        return int(self._interface.decode_results("count", reply)[0])

    def manage(self, method: str, **args: Any) -> Any:
        arg = INTERFACE.encode_args(method, {"canister_id": self.id, **args})
        results = INTERFACE.decode_results(method, self.agent.update(MANAGEMENT, method, arg, self.id))
        return results[0] if results else None


def test_a_snapshot_survives_a_kill_and_travels_to_another_replica(module: bytes, replicas: list[ReplicaProcess]):
    here, there = replicas
    identity = FastIdentity()
    here.start()
    with HttpAgent(here.url, identity) as agent:
        canister_id = create_canister(agent, cycles=10 * TRILLION)
        chunks = upload_module(agent, canister_id, module)
        install_module(agent, canister_id, module, mode="install", arg=b"DIDL\x00\x00", chunk_hashes=chunks)
        counter = Counter(agent, module, canister_id)
        counter.add(7)
        snapshot_id = bytes(counter.manage("take_canister_snapshot")["id"])
        counter.add(1)
        here.kill()
        here.start()
        assert counter.count() == 8

        counter.manage("load_canister_snapshot", snapshot_id=snapshot_id)
        assert counter.count() == 7
        assert counter.add(2) == 9
        copy = download(counter, snapshot_id)

    there.start()
    with HttpAgent(there.url, identity) as agent:
        elsewhere = Counter(agent, module, create_canister(agent, cycles=10 * TRILLION))
        upload(elsewhere, copy)
        assert elsewhere.count() == 7
        assert elsewhere.add(1) == 8

    with HttpAgent(there.url, ADMIN) as agent:
        reply = agent.query(MANAGEMENT, "list_canisters", b"DIDL\x00\x00", elsewhere.id)
        (ranges,) = (result["canisters"] for result in INTERFACE.decode_results("list_canisters", reply))
        assert ranges == [{"start": elsewhere.id, "end": elsewhere.id}]
    with HttpAgent(there.url, identity) as agent, pytest.raises(AgentRejected, match="Only subnet admins"):
        agent.query(MANAGEMENT, "list_canisters", b"DIDL\x00\x00", elsewhere.id)


def download(counter: Counter, snapshot_id: bytes) -> dict[str, Any]:
    metadata = counter.manage("read_canister_snapshot_metadata", snapshot_id=snapshot_id)
    parts = {}
    for kind in ("wasm_module", "wasm_memory"):
        where = {"offset": 0, "size": metadata[f"{kind}_size"]}
        read = counter.manage("read_canister_snapshot_data", snapshot_id=snapshot_id, kind={kind: where})
        parts[kind] = bytes(read["chunk"])
    return {"metadata": metadata, "parts": parts}


def upload(counter: Counter, copy: dict[str, Any]) -> None:
    names = ("wasm_module_size", "wasm_memory_size", "stable_memory_size", "certified_data", "globals")
    metadata = {name: copy["metadata"][name] for name in names}
    snapshot_id = bytes(counter.manage("upload_canister_snapshot_metadata", **metadata)["snapshot_id"])
    for kind, part in copy["parts"].items():
        where = {kind: {"offset": 0}}
        counter.manage("upload_canister_snapshot_data", snapshot_id=snapshot_id, kind=where, chunk=part)
    counter.manage("load_canister_snapshot", snapshot_id=snapshot_id)
