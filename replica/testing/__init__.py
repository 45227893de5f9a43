"""A pytest plugin that gives tests an Internet Computer of their own: `pytest_plugins = ["replica.testing"]`.

    def test_a_counter_counts(replica):
        counter = replica.canister("src/main.py")
        counter.as_("alice").update("increment", 2)
        assert counter.query("get") == 2

It runs in the test's process, without HTTP. Time is virtual and chance is seeded (`--replica-seed`), so a test does the
same each time. Every test gets a new one; `local` is the same replica on the level of bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from replica.clock import VirtualClock
from replica.execution.kybra_engine import KybraEngine
from replica.reject import Reject, RejectCode
from replica.rng import SeededRng
from replica.testing.canister import Canister, PendingCall
from replica.testing.local import LocalReplica, person
from replica.testing.network import LocalNetwork

__all__ = ["Canister", "LocalNetwork", "LocalReplica", "PendingCall", "Reject", "RejectCode", "person"]

DEFAULT_SEED = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--replica-seed", type=int, default=DEFAULT_SEED, help="where the replica's chance starts from")


@pytest.fixture
def replica(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LocalNetwork]:
    """A new, empty replica."""
    seed = request.config.getoption("--replica-seed", default=DEFAULT_SEED)
    local = LocalReplica(tmp_path / "replica", engine=KybraEngine(), clock=VirtualClock(), rng=SeededRng(seed))
    yield LocalNetwork(local)
    local.close()
