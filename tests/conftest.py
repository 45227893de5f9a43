"""The fixtures that every test may use: `clock`, `rng`, `engine` and a `replica` made of them.

A folder whose tests need another engine overrides `engine` in its own conftest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from replica.clock import VirtualClock
from replica.execution.system_api import Engine
from replica.rng import SeededRng
from tests.fixtures.replica import LocalReplica


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def rng() -> SeededRng:
    return SeededRng(1)


@pytest.fixture
def engine() -> Engine:
    from replica.execution.kybra_engine import KybraEngine

    return KybraEngine()


@pytest.fixture
def replica(tmp_path: Path, engine: Engine, clock: VirtualClock, rng: SeededRng) -> Iterator[LocalReplica]:
    local = LocalReplica(tmp_path / "data", engine=engine, clock=clock, rng=rng)
    yield local
    local.close()
