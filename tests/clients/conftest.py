"""One running network for all client tests, and the folder of JavaScript clients with its packages installed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.network import CLIENTS, Network, running_network


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with pytest.MonkeyPatch.context() as environment:
        # The clients under test may read proxies from the environment; none leads to this machine.
        for name in ("NO_PROXY", "no_proxy"):
            environment.setenv(name, "127.0.0.1,localhost")
        with running_network(tmp_path_factory.mktemp("network") / "data") as network:
            yield network


@pytest.fixture(scope="session")
def node_folder() -> Path:
    folder = CLIENTS / "node"
    if not (folder / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True)
    return folder
