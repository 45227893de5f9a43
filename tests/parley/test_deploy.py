"""Deploying installs what is missing, upgrades what differs, and leaves the rest alone."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from parley import management
from parley.agent import AgentRejected
from parley.deploy import Settings, deploy
from parley.deployment import CANISTERS, Deployment
from parley.interfaces import ask
from replica.principal import Principal
from tests.fixtures.people import RELAY, System

SETTINGS = Settings(relay=RELAY, vapid_public_key="", pool_target=1)


class WatchedAgent:
    """An agent that remembers which methods were called."""

    def __init__(self, agent) -> None:
        self.agent = agent
        self.principal = agent.principal
        self.updates: list[str] = []
        self.fails_at: str | None = None

    def update(self, canister_id, method, arg, effective_canister_id=None) -> bytes:
        self.updates.append(method)
        if method == self.fails_at:
            raise AgentRejected(2, "not now")
        return self.agent.update(canister_id, method, arg, effective_canister_id)

    def query(self, canister_id, method, arg, effective_canister_id=None) -> bytes:
        return self.agent.query(canister_id, method, arg, effective_canister_id)


def module_hash(system: System, name: str) -> bytes:
    return bytes(management.canister_status(system.operator, system.deployment[name])["module_hash"])


def test_every_canister_runs_the_module_it_was_given(system):
    for name in CANISTERS:
        assert module_hash(system, name) == hashlib.sha256(system.modules[name]).digest()


def test_each_index_holds_the_module_of_its_children(system):
    users = ask(system.operator, "user_index", system.deployment["user_index"], "metrics")
    groups = ask(system.operator, "group_index", system.deployment["group_index"], "metrics")

    assert users["user_module_hash"] == hashlib.sha256(system.modules["user"]).digest()
    assert groups["group_module_hash"] == hashlib.sha256(system.modules["group"]).digest()


def test_deploying_again_changes_nothing(system):
    agent = WatchedAgent(system.operator)
    said = []

    deploy(agent, system.modules, SETTINGS, deployment=system.deployment, report=said.append)

    assert set(agent.updates) == {"canister_status", "stored_chunks"}
    assert said == []


@pytest.mark.parametrize(
    "method", ["provisional_create_canister_with_cycles", "install_chunked_code", "upgrade_group_canister_wasm"]
)
def test_a_deployment_cut_short_goes_on_where_it_was(undeployed, method):
    agent = WatchedAgent(undeployed.operator)
    remembered: list[dict[str, Principal]] = []
    deployment = Deployment()
    agent.fails_at = method
    with pytest.raises(AgentRejected):
        deploy(
            agent,
            undeployed.modules,
            SETTINGS,
            deployment=deployment,
            remember=lambda latest: remembered.append(dict(latest.canisters)),
        )

    agent.fails_at = None
    before = Deployment(remembered[-1] if remembered else {})
    undeployed.deployment = deploy(agent, undeployed.modules, SETTINGS, deployment=before)

    assert undeployed.deployment.is_complete()
    assert module_hash(undeployed, "website") == hashlib.sha256(undeployed.modules["website"]).digest()
    assert all(undeployed.deployment[name] == known for name, known in deployment.canisters.items())


def test_a_changed_canister_is_upgraded_and_keeps_its_data(system, alice):
    alice.registers()
    module = system.bundles.get("user_index", version="index changed", change=_comment_in("user_index"))
    said = []

    deploy(
        system.operator,
        {**system.modules, "user_index": module},
        SETTINGS,
        deployment=system.deployment,
        report=said.append,
    )

    assert said == ["upgrading user_index"]
    assert module_hash(system, "user_index") == hashlib.sha256(module).digest()
    assert alice.asks_index("current_user")["Success"]["user_id"] == alice.user_id


def test_a_changed_user_module_reaches_the_people_who_are_there(system, alice):
    alice.registers()
    module = system.bundles.get("user", version="user changed", change=_comment_in("user"))

    deploy(system.operator, {**system.modules, "user": module}, SETTINGS, deployment=system.deployment)
    system.wait(minutes=1)

    status = management.canister_status(system.replica.agent(system.deployment["user_index"]), alice.user_id)
    assert bytes(status["module_hash"]) == hashlib.sha256(module).digest()
    assert system.index_metrics()["upgrades_failed"] == 0


def test_the_chunk_store_is_emptied_when_it_is_full(undeployed):
    agent = WatchedAgent(undeployed.operator)
    canister_id = management.create_canister(agent, cycles=10**15)
    for number in range(management.STORED_CHUNKS_MAX):
        management.upload_module(agent, canister_id, b"%d" % number)
    assert len(management.stored_chunks(agent, canister_id)) == management.STORED_CHUNKS_MAX

    hashes = management.upload_module(agent, canister_id, b"one more")

    assert management.stored_chunks(agent, canister_id) == set(hashes)


def test_a_module_of_several_chunks_is_sent_in_order_and_only_once(undeployed):
    agent = WatchedAgent(undeployed.operator)
    canister_id = management.create_canister(agent, cycles=10**15)
    module = bytes(management.CHUNK_BYTES) + b"the rest"

    first = management.upload_module(agent, canister_id, module)
    second = management.upload_module(agent, canister_id, module)

    assert (
        first
        == second
        == [hashlib.sha256(bytes(management.CHUNK_BYTES)).digest(), hashlib.sha256(b"the rest").digest()]
    )
    assert agent.updates.count("upload_chunk") == 2


def _comment_in(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name / "main.py"
        path.write_text(path.read_text() + "\n# a comment is enough for another hash\n")

    return change
