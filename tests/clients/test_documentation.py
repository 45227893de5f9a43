"""docs/clients.md names the versions that are tested, and its examples run."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from parley.places import ROOT
from tests.clients.network import CLIENTS

PAGE = (ROOT / "docs/clients.md").read_text()
ADDRESS, CANISTER = "http://127.0.0.1:8080", "bkyz2-fmaaa-aaaaa-qaaaq-cai"
PARTS_OF_OTHERS = {"@dfinity/candid", "@dfinity/identity", "@dfinity/identity-secp256k1", "@dfinity/principal"}
TOOLS = {"@dfinity/utils", "esbuild"}

examples = re.findall(r"```(python|js)\n(.*?)```", PAGE, re.DOTALL)


def examples_in(language):
    return [pytest.param(text, id=text.split("\n")[0]) for kind, text in examples if kind == language]


def installed():
    """Package and version; an alias stands for the package it installs."""
    for name, version in json.loads((CLIENTS / "node/package.json").read_text())["dependencies"].items():
        yield version.removeprefix("npm:").rsplit("@", 1) if version.startswith("npm:") else (name, version)


def test_every_version_that_is_tested_is_named():
    for package, version in installed():
        if package not in PARTS_OF_OTHERS | TOOLS:
            rows = [line for line in PAGE.splitlines() if line.startswith(f"| {package} |")]
            assert any(version in row for row in rows), f"{package} {version}"


@pytest.mark.filterwarnings("ignore:Use 'content=<...>':DeprecationWarning")
@pytest.mark.parametrize("example", examples_in("python"))
def test_a_python_example_runs(network, example):
    names: dict[str, object] = {}

    exec(example.replace(ADDRESS, network.url).replace(CANISTER, network.greeter.text), names)  # noqa: S102  # ours

    assert str(names["answer"]).endswith(", bob!")


@pytest.mark.node
@pytest.mark.parametrize("example", examples_in("js"))
def test_a_javascript_example_runs(network, node_folder, example):
    script = example.replace(ADDRESS, network.url).replace(CANISTER, network.greeter.text) + "console.log(answer);"

    done = subprocess.run(
        ["node", "--input-type=module"], input=script, cwd=node_folder, capture_output=True, text=True, timeout=60
    )

    assert done.stdout.endswith(", bob!\n"), done.stderr
