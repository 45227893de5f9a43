"""Shapes fit any length and peak, and end."""

import pytest

from load.shapes import SHAPES, users_at


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("staircase", [0.2, 0.4, 0.6, 0.8, 1.0]),
        ("spike", [0.2, 0.2, 1.0, 0.2, 0.2]),
        ("day", [0.2, 0.6, 1.0, 0.6, 0.2]),
    ],
)
def test_a_shape_rises_and_falls_as_it_says(name, levels):
    assert [round(SHAPES[name](progress), 3) for progress in (0.1, 0.3, 0.5, 0.7, 0.9)] == levels


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_has_somebody_in_it_until_its_time_is_over(name):
    counts = [users_at(name, seconds, length_seconds=60, peak=3) for seconds in range(60)]

    assert min(count for count in counts if count is not None) >= 1
    assert max(count for count in counts if count is not None) == 3
    assert users_at(name, 60, length_seconds=60, peak=3) is None
