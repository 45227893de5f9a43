"""Search scores, worked out by hand from OpenChat's published rule."""

from math import exp

import pytest

from canisters.group_index.model.scoring import score


def points(field, weight):
    return weight * (1 + exp(-len(field.encode()) / 20))


@pytest.mark.parametrize(
    ("name", "term", "average"),
    [
        ("Hiking club", "Hiking", 5),
        ("Hiking club", "hiking", 3),
        ("Alpine Hiking", "Hiking", 2),
        ("Alpine Hiking", "hIKING", 1),
        ("Alpine Hiking", "Alpine Hiking", 3.5),
        ("Alpine Hiking", "Alpine cooking", 2.5),
    ],
)
def test_a_name_scores_by_how_it_holds_the_words(name, term, average):
    assert score(name, "", term) == int(average * points(name, 5.0) * 10_000)


def test_the_description_counts_a_fifth_of_the_name():
    name, description = "Alps", "We go hiking"

    assert score(name, description, "hiking") == int(2 * points(description, 1.0) * 10_000)
    assert score("We go hiking", "Alps", "hiking") == int(2 * points("We go hiking", 5.0) * 10_000)


@pytest.mark.parametrize("term", ["swimming", "   ", ""])
def test_no_word_is_no_match(term):
    assert score("Hiking", "Walks in the Alps", term) == 0


def test_the_length_is_counted_in_bytes():
    assert score("ü" * 5, "", "ü") == int(5 * 5.0 * (1 + exp(-10 / 20)) * 10_000)
