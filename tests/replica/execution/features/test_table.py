"""docs/kybra.md says what became of each feature; this compares it with the canisters that there are."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[3] / "docs/kybra.md"
ROW = re.compile(r"\| (?P<feature>[^|]+) \| `(?P<canister>\w+)` \| (?P<verdict>[^|]+) \|")


def rows() -> dict[str, str]:
    """Verdict by test canister."""
    found = [ROW.fullmatch(line) for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    return {match["canister"]: match["verdict"] for match in found if match}


def folders(kind: str) -> set[str]:
    return {path.parent.name for path in (HERE / kind).glob("*/main.py")}


def test_every_canister_is_in_the_table_and_every_row_has_its_canister():
    assert set(rows()) == folders("canisters") | folders("refused")


def test_what_the_table_says_works_is_installed_and_what_it_says_is_refused_is_not():
    verdicts = rows()

    assert {name for name, verdict in verdicts.items() if verdict.startswith("works")} <= folders("canisters")
    assert {name for name, verdict in verdicts.items() if verdict.startswith("refused (")} == folders("refused")


def test_the_rules_that_a_row_names_are_those_that_its_canister_breaks():
    for name in folders("refused"):
        named = re.search(r"\(rules? ([^)]+)\)", rows()[name])
        assert named is not None, name
        assert _rules(named[1]) == _marked(HERE / "refused" / name / "main.py"), name


def _rules(text: str) -> set[str]:
    """`1, 2` and `18 to 21` as sets."""
    if " to " in text:
        first, last = map(int, text.split(" to "))
        return {str(number) for number in range(first, last + 1)}
    return set(text.split(", "))


def _marked(path: Path) -> set[str]:
    marks = re.findall(r"# refused: ([\w ]+)$", path.read_text(), re.MULTILINE)
    return {rule for mark in marks for rule in mark.split()}


def test_every_canister_of_a_feature_is_used_by_a_test():
    source = "".join(path.read_text() for path in HERE.glob("test_*.py"))

    assert {name for name in folders("canisters") if f'"{name}"' not in source} == set()
