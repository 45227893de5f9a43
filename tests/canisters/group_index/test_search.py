"""Finding public groups."""

from __future__ import annotations

import pytest

from parley.interfaces import ask
from replica.principal import ANONYMOUS


def search(person, term: str, max_results: int = 10):
    index = person.system.deployment["group_index"]
    return ask(person.agent, "group_index", index, "search", {"search_term": term, "max_results": max_results})


def names(person, term: str, max_results: int = 10) -> list[str]:
    return [match["name"] for match in search(person, term, max_results)["Success"]["matches"]]


@pytest.fixture
def groups(alice):
    """Some public groups and one that is not."""
    made = {
        "walkers": alice.creates_group("Alpine walkers", is_public=True, description="Hiking in the Alps"),
        "hikers": alice.creates_group("Hiking club", is_public=True, description="Every Sunday"),
        "shouters": alice.creates_group("we go HIKING", is_public=True),
        "secret": alice.creates_group("Hiking in secret", is_public=False),
    }
    return made


def test_the_best_match_comes_first(alice, groups):
    assert names(alice, "Hiking") == ["Hiking club", "we go HIKING", "Alpine walkers"]
    assert names(alice, "Hiking", 1) == ["Hiking club"]
    assert names(alice, "Hiking", 0) == []
    assert names(alice, "sunday") == ["Hiking club"]


def test_private_groups_are_not_found(alice, groups):
    assert names(alice, "secret") == []


def test_anyone_may_search(alice, groups):
    index = alice.system.deployment["group_index"]
    args = {"search_term": "Alps", "max_results": 5}

    answer = ask(alice.system.replica.agent(ANONYMOUS), "group_index", index, "search", args)

    assert answer == {
        "Success": {
            "matches": [
                {
                    "chat_id": groups["walkers"].chat_id,
                    "name": "Alpine walkers",
                    "description": "Hiking in the Alps",
                }
            ]
        }
    }


@pytest.mark.parametrize("term", ["", "x"])
def test_short_terms_are_refused(alice, term):
    assert search(alice, term) == {"TermTooShort": {"length_provided": len(term), "min_length": 2}}


@pytest.mark.parametrize("term", ["x" * 21, "ü" * 11, "x" * 259])
def test_long_terms_are_refused_by_their_true_length(alice, term):
    assert search(alice, term) == {"TermTooLong": {"length_provided": len(term.encode()), "max_length": 20}}


def test_terms_of_blanks_match_nothing(alice, groups):
    assert names(alice, "   ") == []
