"""New seeds for every commit, and what a simulation must be to be worth running: repeatable, and eventful."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from parley.places import ROOT
from tests.simulation.run import InvariantBroken, Outcome, run
from tests.simulation.seeds import first_seed
from tests.simulation.world import World

RUNS = int(os.environ.get("PARLEY_SEEDS", "100"))


@pytest.mark.slow
def test_every_invariant_holds_for_new_seeds(world: World, tmp_path: Path):
    outcomes = [run(world, tmp_path, seed) for seed in range(first_seed(), first_seed() + RUNS)]

    assert sum(outcome.acknowledged for outcome in outcomes) > 20 * RUNS
    assert sum(outcome.crashes for outcome in outcomes) > RUNS
    assert sum(outcome.traps for outcome in outcomes) > RUNS
    assert sum(outcome.rejects for outcome in outcomes) > RUNS


def test_the_same_seed_ends_in_the_same_state(world: World, tmp_path: Path):
    """I9, in one process."""
    assert run(world, tmp_path, 7) == run(world, tmp_path, 7)
    assert run(world, tmp_path, 7) != run(world, tmp_path, 8)


@pytest.mark.slow
def test_the_same_seed_ends_in_the_same_state_wherever_it_runs():
    """I9, in processes that make a world each and in which sets have another order."""
    assert digest_in_another_process(hash_seed="1") == digest_in_another_process(hash_seed="2")


def digest_in_another_process(*, hash_seed: str) -> str:
    command = [sys.executable, "-m", "tests.simulation", "--seed", "7"]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    (digest,) = re.findall("state digest ([0-9a-f]{64})", done.stdout)
    return str(digest)


def test_a_failure_says_how_to_see_it_again(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(simulation: object) -> None:
        raise AssertionError("I0: nothing is ever right")

    monkeypatch.setattr("tests.simulation.run.check_everything", refuse)

    with pytest.raises(InvariantBroken) as broken:
        run(world, tmp_path, 3, 20)

    text = str(broken.value)
    assert "I0: nothing is ever right" in text
    assert "make simulate SEED=3 STEPS=20" in text
    assert text.count("send_message") > 0
    assert not list(tmp_path.iterdir())


def test_an_outcome_counts_what_happened(world: World, tmp_path: Path):
    outcome = run(world, tmp_path, 1, 100)

    assert isinstance(outcome, Outcome)
    assert outcome.acknowledged > 0
