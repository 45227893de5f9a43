"""Every place named is there, and a stack is read from the inside."""

import sys

import pytest

from bench.micro.parts import OTHER, PLACES, part_of
from bench.micro.workload import encode_answer
from parley.places import ROOT
from replica.certification.representation import leb128


@pytest.mark.parametrize("place", [place for places in PLACES.values() for place in places if place != "kybra"])
def test_every_place_is_in_the_repository(place: str):
    """What was renamed would silently be counted elsewhere."""
    path, _, function = place.partition(":")

    assert (ROOT / path).exists()
    assert not function or f"def {function}(" in (ROOT / path).read_text()


def test_no_place_is_named_twice():
    places = [place for places in PLACES.values() for place in places]

    assert len(places) == len(set(places))


def test_a_function_counts_for_its_own_part_and_others_for_nobody():
    seen = {}

    def look(frame, event, _argument) -> None:
        if event == "call":
            seen[frame.f_code.co_name] = part_of(frame)

    sys.setprofile(look)
    encode_answer(b"certificate")
    leb128(624485)
    sys.setprofile(None)

    assert seen["encode_answer"] == "answer: CBOR"
    assert seen["leb128"] == OTHER
