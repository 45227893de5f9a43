"""The world that runs begin in, made once."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.simulation.world import World, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Planted traps would be logged by the thousand."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
