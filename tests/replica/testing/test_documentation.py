"""The example of the documentation, run as a newcomer would run it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent.parent
PAGE = ROOT / "docs" / "replica.md"
EXAMPLE_LINES_MAX = 10


def example_files() -> dict[str, str]:
    """The Python blocks that begin with the name of their file."""
    blocks = re.findall(r"```python\n# (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return dict(blocks)


def test_the_example_runs_as_it_is_printed(tmp_path):
    for path, text in example_files().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout


def test_the_example_is_short():
    lines = [line for line in example_files()["test_counter.py"].splitlines() if line]

    assert len(lines) <= EXAMPLE_LINES_MAX


def test_every_verb_of_the_page_exists():
    from replica.testing import Canister, LocalNetwork

    cells = [line.split("|")[1] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    verbs = {verb for cell in cells for verb in re.findall(r"`(?:replica\.)?(\w+)[(`]", cell)}
    known = {*dir(Canister), *dir(LocalNetwork), *Canister.__dataclass_fields__}

    assert len(verbs) > 15
    assert verbs <= known
