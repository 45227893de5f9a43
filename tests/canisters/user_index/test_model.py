"""The pure rules of the user index: names and searching."""

import pytest

from canisters.user_index.model import search, usernames

INVALID = {"UsernameInvalid": None}


@pytest.mark.parametrize("name", ["alice", "Alice_B", "a1_b2_c3", "12345", "x" * 25])
def test_names_that_people_may_have(name):
    assert usernames.refusal(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", {"UsernameTooShort": {"length_provided": 0, "min_length": 5}}),
        ("anna", {"UsernameTooShort": {"length_provided": 4, "min_length": 5}}),
        ("x" * 26, {"UsernameTooLong": {"length_provided": 26, "max_length": 25}}),
        ("ä" * 13, {"UsernameTooLong": {"length_provided": 26, "max_length": 25}}),
        ("ärger", INVALID),
        ("_alice", INVALID),
        ("alice_", INVALID),
        ("ali__ce", INVALID),
        ("ali ce", INVALID),
        ("alice!", INVALID),
        ("alice\n", INVALID),
        ("ParleyBot", INVALID),
        ("par_ley_bot", INVALID),
        ("١٢٣", INVALID),
    ],
)
def test_names_that_nobody_may_have(name, expected):
    assert usernames.refusal(name) == expected


def blocks(*names: str, per_block: int = 3):
    return [
        (start, "".join(name + "\n" for name in names[start : start + per_block]))
        for start in range(0, len(names), per_block)
    ]


def found(term, *names: str, results_max=10, excluded=-1):
    numbers = search.best_matches(blocks(*names), term, results_max=results_max, excluded=excluded)
    return [names[number] for number in numbers]


def test_prefixes_come_first_then_shorter_names():
    assert found("bob", "xbobx", "bobby_long", "bobby", "kebob") == ["bobby", "bobby_long", "kebob", "xbobx"]


def test_the_same_capitals_come_before_others():
    assert found("Bob", "bobby", "Bobby", "bobbi") == ["Bobby", "bobbi", "bobby"]


def test_equals_are_in_alphabetical_order():
    assert found("bob", "bob_zed", "bob_amy", "bob_kim") == ["bob_amy", "bob_kim", "bob_zed"]


def test_case_does_not_matter():
    assert found("BOB", "bobby") == ["bobby"]


def test_the_one_who_asks_is_left_out():
    assert found("bob", "bobby", "bob_kim", excluded=0) == ["bob_kim"]


def test_results_are_cut_after_ranking():
    assert found("bob", "a_kebob", "bobby", "bob_kim", results_max=1) == ["bobby"]
    assert found("bob", "bobby", results_max=0) == []


def test_nothing_is_found_across_two_names():
    assert found("yb", "bobby", "bobbi") == []
    assert found("y\nb", "bobby", "bobbi") == []


@pytest.mark.parametrize(("term", "expected"), [(" b o b ", "bob"), ("x" * 40, "x" * 25), ("   ", "")])
def test_spaces_are_removed_and_long_terms_cut(term, expected):
    assert search.normalized(term) == expected


def test_an_empty_term_finds_nobody():
    assert found("", "bobby") == []
