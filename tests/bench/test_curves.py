"""Curves are of a world that really has the size, and say plainly what grows."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.curves.chat import ChatCurve, latest_message_index
from bench.curves.costs import PARTS, Effort
from bench.curves.curve import Curve, Curves
from bench.curves.part import MEMORY, render
from bench.curves.people import PeopleCurve
from bench.curves.plot import draw
from bench.curves.served import Served
from bench.runs import Pair
from bench.world import World
from parley.problems import Problem
from replica.clock import VirtualClock
from tests.bench.test_document import figures

EFFORT = Effort(rounds=PARTS, questions=PARTS)
FLAT = Curve("updates", "µs", values={10: 100.0, 1_000: 140.0, 100_000: 149.0})
GROWING = Curve("search", "µs", values={10: 100.0, 1_000: 120.0, 100_000: 151.0})


def test_a_cost_is_flat_up_to_half_as_much_again():
    assert FLAT.is_flat()
    assert not GROWING.is_flat()
    assert GROWING.growth() == 1.51


class Weighed:
    """Stands in for the replica's process: looks at the copied folder's size, and answers with figures."""

    def __init__(self) -> None:
        self.pairs: list[list[Pair]] = []

    def __call__(self, world: Path, copy: Path, pairs: list[Pair]) -> Served:
        assert (world / "state").exists()
        assert not copy.exists()
        self.pairs.append(pairs)
        return Served(0.5, 0.9, 64.0, figures(400, **{"replica": 500.0, "replica: child 1": 100.0, "generator": 9.0}))


def test_a_chat_is_measured_at_every_length(tmp_path: Path):
    served = Weighed()

    curves = ChatCurve(tmp_path, VirtualClock(), lambda _: None, served, EFFORT).measure([10, 30])

    assert curves.sizes() == [10, 30]
    assert all(set(curve.values) == {10, 30} for curve in curves.curves.values())
    assert all(value > 0 for curve in curves.curves.values() for value in curve.values.values())
    assert curves.curves["send_message over HTTP, processor"].values[10] == 600.0
    assert len(served.pairs) == 2


def test_people_are_measured_at_every_number(tmp_path: Path):
    curves = PeopleCurve(tmp_path, VirtualClock(), lambda _: None, Weighed(), EFFORT).measure([10, 310])

    assert all(set(curve.values) == {10, 310} for curve in curves.curves.values())
    assert {curve.name for curve in curves.costs()} >= {"send_message, processor", "registration, processor"}


def test_sizes_too_near_to_each_other_are_refused(tmp_path: Path):
    """Those who register to be measured count for the next size."""
    with pytest.raises(Problem, match="apart"):
        PeopleCurve(tmp_path, VirtualClock(), lambda _: None, Weighed(), EFFORT).measure([10, 150])


def test_a_chat_that_is_shorter_than_it_should_be_is_noticed(tmp_path: Path):
    world = World.open(tmp_path, VirtualClock())
    world.registers(2)
    alice, bob = world.people([0, 1])
    for number in range(3):
        world.round([world.message(alice, bob, f"message {number}")])

    latest = latest_message_index(world, bob, alice.user_id)
    world.close()

    assert latest == 2


def some_curves(*curves: Curve) -> Curves:
    return Curves("people", {curve.name: curve for curve in curves})


def test_the_table_says_what_grows():
    memory = Curve(MEMORY, "MiB", is_cost=False, values={10: 50.0, 1_000: 52.0, 100_000: 152.0})

    text = render(some_curves(FLAT, GROWING, memory), some_curves(FLAT), "By hand.")

    assert "| updates, µs | 100 | 140 | 149 | 1.49 ×, flat |" in text
    assert "| search, µs | 100 | 120 | 151 | 1.51 ×, **grows** |" in text
    assert f"| {MEMORY}, MiB | 50 | 52 | 152 | 3.04 × |" in text
    assert "An idle canister takes 1,059 bytes" in text


@pytest.mark.parametrize(("curve", "is_over"), [(FLAT, False), (GROWING, True)])
def test_the_drawing_marks_what_grows(curve: Curve, is_over: bool):
    drawing = ElementTree.fromstring(draw([some_curves(curve)]))  # noqa: S314  # our own

    panels = drawing.findall("{http://www.w3.org/2000/svg}g")
    assert [panel.get("class") for panel in panels] == ["over" if is_over else None]


def test_the_drawing_stays_within_its_frame():
    drawing = ElementTree.fromstring(draw([some_curves(FLAT, GROWING), some_curves(FLAT)]))  # noqa: S314  # our own

    heights = [float(dot.get("cy", "nan")) for dot in drawing.iter("{http://www.w3.org/2000/svg}circle")]
    assert len(heights) == 9
    assert all(0 < height < 150 for height in heights)
