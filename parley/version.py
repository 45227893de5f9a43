"""The version of this repository, from the one place that states it."""

from __future__ import annotations

import tomllib
from functools import cache

from parley.places import ROOT


@cache
def version() -> str:
    text: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return text
