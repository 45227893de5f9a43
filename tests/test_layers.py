"""The replica's dependencies point one way: http -> ingress -> routing -> execution -> state; leaves know nobody."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["processes", "http", "ingress", "routing", "management", "execution", "state"]

# What each layer of the replica may import besides itself, the vocabulary below and the leaves.
MAY_IMPORT = {
    "processes": {"http", "routing", "state", "execution"},
    "http": {"ingress", "routing"},
    "ingress": {"routing"},
    "routing": {"management", "execution", "state"},
    "management": {"routing", "execution", "state"},
    "execution": set[str](),
    "state": set[str](),
    "candid": set[str](),
    "certification": set[str](),
    # Beside the layers: modules from source, copies of a directory, and a replica for other people's tests.
    "backup": {"state"},
    "bundles": {"execution"},
    "testing": {"bundles", "routing", "management", "execution"},
}
LEAVES = {"candid", "certification"}
VOCABULARY = {"principal", "reject", "clock", "rng"}


def imports_of(path: Path) -> set[str]:
    modules = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
    return modules


def imported_layers(path: Path) -> set[str]:
    return {module.split(".")[1] for module in imports_of(path) if module.startswith("replica.")}


@pytest.mark.parametrize("layer", sorted(MAY_IMPORT))
def test_a_layer_of_the_replica_imports_only_what_is_below_it(layer: str):
    allowed = MAY_IMPORT[layer] | LEAVES | VOCABULARY | {layer}
    files = list((ROOT / "replica" / layer).rglob("*.py"))

    reaching_up = {
        f"{path.relative_to(ROOT)} imports replica.{other}"
        for path in files
        for other in imported_layers(path) - allowed
    }

    assert files
    assert not reaching_up


def test_every_folder_of_the_replica_is_a_known_layer():
    folders = {path.name for path in (ROOT / "replica").iterdir() if path.is_dir() and path.name != "__pycache__"}

    assert folders == set(MAY_IMPORT)


@pytest.mark.parametrize("folder", ["canisters", "relay", "load", "parley"])
def test_only_tests_reach_inside_the_replica(folder: str):
    """Outside `replica/` nothing may know which of the two networks it talks to.

    Exceptions are leaves: Candid and principals are formats, not a network, and the checker and the bundler
    share the rules of Kybra source with the host, and the archive that modules are. A backup is a copy of a directory
    on this machine.
    """
    allowed = {"candid", "certification", "principal", "reject"}
    if folder == "parley":
        allowed |= {"execution", "bundles", "backup"}

    reaching_in = {
        f"{path.relative_to(ROOT)} imports replica.{layer}"
        for path in (ROOT / folder).rglob("*.py")
        for layer in imported_layers(path) - allowed
    }

    assert not reaching_in


@pytest.mark.parametrize("banned", ["time", "random", "secrets", "socket"])
def test_only_the_clock_knows_the_time_and_only_the_rng_knows_chance(banned: str):
    core = [path for layer in LAYERS[2:] for path in (ROOT / "replica" / layer).rglob("*.py")]

    assert not [str(path.relative_to(ROOT)) for path in core if banned in imports_of(path)]
