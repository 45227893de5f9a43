"""A store of its own for each test, with a canister to keep things for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from replica.principal import Principal
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState

MAP_SIZE_BYTES = 64 * 2**20


@pytest.fixture
def state(tmp_path: Path) -> Iterator[ReplicatedState]:
    opened = ReplicatedState.open(tmp_path / "state", map_size_bytes=MAP_SIZE_BYTES)
    yield opened
    opened.close()


@pytest.fixture
def canister(state: ReplicatedState) -> Canister:
    """Created in a round that is still open."""
    state.begin_round(now_ns=1)
    return state.canisters.create(Principal.from_counter(7), number=1)
