"""These tests run scripted modules; see `tests.fixtures.scripted_engine`."""

from tests.fixtures.notebook import engine, notebook, notebook_module, other_notebook
from tests.fixtures.outcalls import asker, asker_module

__all__ = ["asker", "asker_module", "engine", "notebook", "notebook_module", "other_notebook"]
