"""The module of groups: who may give it, and how groups come to it."""

from __future__ import annotations

import hashlib

import pytest

from parley.agent import AgentRejected
from parley.interfaces import ask, call
from replica.principal import ANONYMOUS
from tests.fixtures.people import OPERATOR


def metrics(system):
    return ask(system.operator, "group_index", system.deployment["group_index"], "metrics")


def gives(system, agent, **changes: object):
    args = {"version": "0.2.0", "module_hash": bytes(32), "chunk_hashes": [bytes(32)], **changes}
    return call(agent, "group_index", system.deployment["group_index"], "upgrade_group_canister_wasm", args)


def next_version(canisters) -> None:
    path = canisters / "lib" / "version.py"
    path.write_text(path.read_text().replace('"0.1.0"', '"0.2.0"'))


@pytest.fixture
def module(system):
    return system.bundles.get("group", version="next", change=next_version)


def test_every_group_comes_to_the_new_module(system, alice, module):
    groups = [alice.creates_group(f"group {number}") for number in range(3)]
    for number, group in enumerate(groups):
        alice.sends(group, str(number))

    system.give_module("group_index", "group", module, "0.2.0")

    figures = metrics(system)
    assert (figures["upgrades_pending"], figures["upgrades_completed"], figures["upgrades_failed"]) == (0, 3, 0)
    assert bytes(figures["group_module_hash"]) == hashlib.sha256(module).digest()
    assert [alice.asks_group(group, "metrics")["version"] for group in groups] == ["0.2.0"] * 3
    assert [alice.asks_group(group, "metrics")["messages"] for group in groups] == [1] * 3
    fresh = alice.creates_group("a new one")
    assert alice.asks_group(fresh, "metrics")["version"] == "0.2.0"


def test_giving_the_same_module_again_upgrades_nobody(system, alice, module):
    alice.creates_group("hiking")
    system.give_module("group_index", "group", module, "0.2.0")

    result = system.give_module("group_index", "group", module, "0.2.0")

    assert result == {"Success": {"upgrades_pending": 0}}
    assert metrics(system)["upgrades_completed"] == 1


@pytest.mark.parametrize("who", ["alice", "mallory", "anonymous"])
def test_only_controllers_give_modules(system, alice, mallory, who):
    agent = {
        "alice": alice.agent,
        "mallory": mallory.agent,
        "anonymous": system.replica.agent(ANONYMOUS),
    }[who]

    with pytest.raises(AgentRejected):
        gives(system, agent)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"version": "latest"}, "version"),
        ({"version": "0.0.9"}, "lower"),
        ({"module_hash": b"short"}, "module_hash"),
        ({"chunk_hashes": []}, "chunk_hashes"),
        ({"chunk_hashes": [b"short"]}, "chunk_hashes"),
    ],
)
def test_modules_that_make_no_sense_are_refused_in_words(system, changes, why):
    before = metrics(system)["group_module_hash"]

    assert why in gives(system, system.replica.agent(OPERATOR), **changes)["InvalidRequest"]
    assert metrics(system)["group_module_hash"] == before


def test_an_upgrade_of_the_index_keeps_the_registry(system, alice, bob):
    group = alice.creates_group("hiking", is_public=True)
    before = metrics(system)
    index = system.deployment["group_index"]

    system.replica.install(index, system.modules["group_index"], mode="upgrade", controller=OPERATOR)
    system.settle()

    for name in ("public_groups", "canisters_in_pool", "group_module_hash", "upgrades_pending"):
        assert metrics(system)[name] == before[name]
    assert bob.joins(group) == {"Success": None}
    assert bob.tries_to_create_group("Hiking", is_public=True) == {"NameTaken": None}
    assert "Success" in bob.tries_to_create_group("another", is_public=True)
