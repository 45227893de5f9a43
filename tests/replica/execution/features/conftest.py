"""Each feature of Kybra has a project in `canisters/`, installed on a real replica and called by Candid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from replica.execution.kybra_engine import KybraEngine
from replica.testing import Canister, LocalNetwork, LocalReplica

CANISTERS = Path(__file__).parent / "canisters"

Install = Callable[..., Canister]


def entry(name: str) -> Path:
    """The entry file of the test canister of a feature."""
    return CANISTERS / name / "main.py"


@pytest.fixture
def replica(tmp_path: Path, clock: Any, rng: Any) -> Iterator[LocalNetwork]:
    local = LocalReplica(tmp_path / "data", engine=KybraEngine(), clock=clock, rng=rng)
    yield LocalNetwork(local)
    local.close()


@pytest.fixture
def install(replica: LocalNetwork) -> Install:
    """`install("heartbeat", *init)`: a new canister with the code of a feature."""

    def install_feature(name: str, *init: Any, **options: Any) -> Canister:
        return replica.canister(entry(name), *init, **options)

    return install_feature
