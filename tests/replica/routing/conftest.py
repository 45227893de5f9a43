"""These tests run scripted modules; see `tests.fixtures.scripted_engine`."""

from tests.fixtures.notebook import engine, notebook, notebook_module, other_notebook

__all__ = ["engine", "notebook", "notebook_module", "other_notebook"]
