"""One running network for all client tests, and the folder of JavaScript clients with its packages installed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from hashlib import sha256
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
    """The packages are installed again when their lock file changes."""
    folder = CLIENTS / "node"
    wanted = sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".stamp"
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, capture_output=True)
        stamp.write_text(wanted)
    return folder
