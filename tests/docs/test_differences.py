"""The page of differences names every place that differs on purpose, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "differences.md").read_text()
MARK = "NOT LIKE THE IC"


def marked_files() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "replica").rglob("*.py") if MARK in path.read_text()}


def named_files() -> set[str]:
    return set(re.findall(r"`(replica/[\w/]+\.py)`", PAGE))


def test_every_place_that_is_not_like_the_ic_is_on_the_page():
    assert marked_files() - named_files() == set()


def test_every_place_on_the_page_says_that_it_is_not_like_the_ic():
    assert named_files() - marked_files() == set()
