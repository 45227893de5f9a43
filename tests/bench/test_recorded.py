"""The gate of `make bench`: a share of the ceiling may fall by a fifth and no more, unless somebody records it."""

import json
from datetime import date
from pathlib import Path

import pytest

from bench.recorded import RECORDED, read_recorded, regressions, write_recorded
from bench.runs import CLIENTS
from parley.problems import Problem

RECORDED_SHARES = {1: 0.40, 64: 0.20}


def test_a_run_as_good_as_the_recorded_one_passes():
    assert regressions({1: 0.40, 64: 0.25}, RECORDED_SHARES) == []


def test_losing_less_than_a_fifth_passes():
    assert regressions({1: 0.33, 64: 0.161}, RECORDED_SHARES) == []


def test_losing_more_than_a_fifth_fails_and_says_where():
    (regression,) = regressions({1: 0.40, 64: 0.159}, RECORDED_SHARES)

    assert regression == "64 clients: 15.9% of the ceiling, recorded are 20.0%, and less than 16.0% fails"


def test_what_was_not_measured_fails():
    assert regressions({1: 0.40}, RECORDED_SHARES) == ["64 clients are recorded but were not measured"]


def test_what_is_written_is_what_is_read(tmp_path: Path):
    path = tmp_path / "recorded.json"

    write_recorded(RECORDED_SHARES, commit="abc", today=date(2026, 1, 2), machine={"cpus": 2}, path=path)

    assert read_recorded(path) == RECORDED_SHARES
    assert json.loads(path.read_text())["recorded_on"] == "2026-01-02"


@pytest.mark.parametrize("text", ["", "[]", '{"share_of_the_ceiling": {"one": 1}}', '{"share_of_the_ceiling": 3}'])
def test_a_damaged_file_is_a_problem_that_says_what_to_do(tmp_path: Path, text: str):
    path = tmp_path / "recorded.json"
    path.write_text(text)

    with pytest.raises(Problem, match="cannot be read"):
        read_recorded(path)


def test_the_file_in_the_repository_has_a_share_for_every_number_of_clients():
    assert set(read_recorded(RECORDED)) == set(CLIENTS)
