"""The options of `python -m replica` are those that the documentation names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def options_in(text: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", text)) - {"--help"}


def test_every_option_is_documented_and_every_documented_one_exists():
    printed = subprocess.run([sys.executable, "-m", "replica", "--help"], cwd=ROOT, capture_output=True, check=True)
    table = (ROOT / "docs" / "replica.md").read_text().partition("| option | what |")[2].partition("\n\n")[0]

    assert options_in(table) == options_in(printed.stdout.decode())
