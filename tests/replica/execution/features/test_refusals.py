"""What Kybra or this replica does not take is refused when it is installed, with file, line, rule and what to do.

Each project in `refused/` marks the lines that are refused with the rules they break; nothing else may be reported.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from replica.bundles import bundle_project
from replica.execution.kybra_engine import KybraEngine
from replica.execution.source import SourceError
from replica.execution.system_api import InvalidModule

REFUSED = Path(__file__).parent / "refused"
MARKER = re.compile(r"# refused: ([\w ]+)$")
FAULT = re.compile(r"(?P<path>[\w/]+\.py):(?P<line>\d+): rule (?P<rule>\w+): (?P<text>.+)")

Faults = set[tuple[str, int, str]]


def marked(project: Path) -> Faults:
    """The faults that a project says it has."""
    faults: Faults = set()
    for path in project.rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if found := MARKER.search(line):
                faults |= {(path.relative_to(project).as_posix(), number, rule) for rule in found[1].split()}
    return faults


def refusals(project: Path) -> list[str]:
    try:
        KybraEngine().load(bundle_project(project / "main.py"))
    except (SourceError, InvalidModule) as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize("name", sorted(path.name for path in REFUSED.iterdir()))
def test_a_project_is_refused_where_it_breaks_a_rule_and_nowhere_else(name: str):
    lines = refusals(REFUSED / name)

    found = [FAULT.fullmatch(line) for line in lines]
    assert all(found), lines
    assert {(each["path"], int(each["line"]), each["rule"]) for each in found if each} == marked(REFUSED / name)
    assert all(";" in each["text"] or len(each["text"].split()) >= 4 for each in found if each), lines
