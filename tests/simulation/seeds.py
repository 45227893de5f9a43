"""Which seeds to run: made from the commit, so that each commit covers new ground and can be checked again."""

from __future__ import annotations

import subprocess
from typing import Final

from parley.places import ROOT

_OUTSIDE_GIT: Final = 2026
_APART: Final = 10_000
"""Seeds of one commit are far from those of another, or they would overlap."""


def first_seed() -> int:
    """The first seed of this commit; a constant where there is no git."""
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return _OUTSIDE_GIT
    return int(commit.stdout[:8], 16) * _APART
