"""These tests run scripted modules; see `tests.fixtures.scripted_engine`."""

import pytest

from replica.principal import Principal
from tests.fixtures.notebook import engine, notebook, notebook_module, other_notebook
from tests.fixtures.outcalls import asker, asker_module
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import ScriptedEngine
from tests.replica.management.calls import manager_module

__all__ = ["asker", "asker_module", "engine", "notebook", "notebook_module", "other_notebook"]


@pytest.fixture
def manager(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    """A canister that calls the management canister for us; nobody's controller."""
    return replica.canister(manager_module(engine))
