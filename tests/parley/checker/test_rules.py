"""Every rule of `parley/checker/rules.md` that one file can break: one sample that does, one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.checker import check
from replica.execution.source import Fault
from tests.parley.checker.samples import KYBRA, SAMPLES

SAMPLE = "canisters/hello/sample.py"


def write_sample(root: Path, sample: str) -> None:
    files = {
        "canisters/__init__.py": "",
        "canisters/lib/__init__.py": "",
        "canisters/lib/env.py": "from kybra import ic\n\n\ndef caller() -> object:\n    return ic.caller()\n",
        "canisters/hello/__init__.py": "",
        "canisters/hello/words.py": "GREETING = 'hello'\n",
        "canisters/hello/main.py": "from canisters.hello.sample import *\n",
        SAMPLE: KYBRA + sample,
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def faults_in(root: Path, sample: str) -> list[Fault]:
    """What is wrong with a sample, leaving aside that it is one file and has no reviewed interface."""
    write_sample(root, sample)
    return [fault for fault in check(root) if fault.rule not in ("P6", "P9")]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_broken_rule_is_named_with_file_and_line(tmp_path: Path, name: str) -> None:
    sample = SAMPLES[name][0]

    faults = faults_in(tmp_path, sample)

    line = 1 + next(n for n, text in enumerate((KYBRA + sample).splitlines()) if text.endswith("# fault"))
    assert (SAMPLE, line, name.split()[0]) in [(fault.path, fault.line, fault.rule) for fault in faults]


@pytest.mark.parametrize("name", SAMPLES)
def test_clean_source_has_no_faults(tmp_path: Path, name: str) -> None:
    assert faults_in(tmp_path, SAMPLES[name][1]) == []
