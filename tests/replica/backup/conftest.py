"""A replica with a canister in which something can be kept."""

from tests.fixtures.notebook import engine, notebook, notebook_module

__all__ = ["engine", "notebook", "notebook_module"]
