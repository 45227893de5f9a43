"""Whatever bytes come, each decoder accepts them or refuses them as documented, within the memory it is allowed.

`make fuzz` runs the same attacks for long, and measures time too.
"""

from __future__ import annotations

import tracemalloc
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import mutated
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

MEMORY_BYTES_MAX = 64 * 2**20

every_decoder = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


@every_decoder
def test_what_is_valid_is_accepted(target: Target):
    """Or the attacks would all end at the first check."""
    assert all(map(target.attack, target.samples))


@every_decoder
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(st.randoms())
def test_changed_input_is_accepted_or_refused_as_documented(target: Target, chance: Random):
    target.attack(mutated(chance, target.samples))


@every_decoder
def test_bombs_are_refused_as_documented_and_take_little_memory(target: Target):
    for bomb in target.bombs:
        tracemalloc.start()
        try:
            target.attack(bomb)
            assert tracemalloc.get_traced_memory()[1] < MEMORY_BYTES_MAX
        finally:
            tracemalloc.stop()
