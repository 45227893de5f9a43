"""Finding people: by id, by name, by a part of the name."""

import pytest

from parley.agent import AgentRejected
from replica.principal import Principal
from tests.fixtures.people import Person


@pytest.fixture
def everybody(alice, bob, carol):
    """alice, bobby and carol, in this order."""
    for person in (alice, bob, carol):
        person.registers()


def ids(result):
    return [user["user_id"] for user in result["Success"]["users"]]


def test_people_are_found_by_part_of_their_name(everybody, alice, bob):
    assert alice.searches("OB") == ["bobby"]
    assert bob.searches("o") == ["carol"]
    assert alice.searches("nobody") == []


def test_the_best_matches_come_first(system, alice):
    for username in ("the_alices", "alice_long_name", "Alice_B", "malice"):
        assert "Success" in Person(system, username).registers(username)

    assert alice.user_id
    assert alice.searches("alice") == ["Alice_B", "alice_long_name", "malice", "the_alices"]
    assert alice.searches("alice", max_results=2) == ["Alice_B", "alice_long_name"]


def test_more_people_than_fit_one_block_of_names_are_found(system, alice):
    alice.registers()
    for number in range(40):
        Person(system, f"person_{number:02}").registers(f"person_{number:02}")

    assert alice.searches("person_", max_results=255) == [f"person_{number:02}" for number in range(40)]
    assert alice.searches("n_39") == ["person_39"]


def test_one_person_by_id_or_by_name(everybody, alice, bob):
    summary = alice.asks_index("user", {"user_id": bob.user_id, "username": None})["Success"]

    assert (summary["user_id"], summary["username"]) == (bob.user_id, "bobby")
    assert alice.asks_index("user", {"user_id": None, "username": "BOBBY"})["Success"] == summary


@pytest.mark.parametrize(
    "args",
    [
        {"user_id": None, "username": None},
        {"user_id": None, "username": "nobody"},
        {"user_id": None, "username": "x" * 100_000},
        {"user_id": Principal(b"x" * 29), "username": None},
    ],
)
def test_nobody_is_not_found(everybody, alice, args):
    assert alice.asks_index("user", args) == {"UserNotFound": None}


def test_only_people_who_changed_since_are_told(everybody, alice, bob, carol):
    everyone = [bob.user_id, carol.user_id, Principal.from_counter(999)]

    first = alice.asks_index("users", {"user_groups": [{"users": everyone, "updated_since": 0}]})
    later = alice.asks_index(
        "users", {"user_groups": [{"users": everyone, "updated_since": first["Success"]["timestamp"]}]}
    )

    assert ids(first) == [bob.user_id, carol.user_id]
    assert ids(later) == []


def test_strangers_learn_nothing_about_people(everybody, alice, mallory):
    for method, args in {
        "user": {"user_id": alice.user_id, "username": None},
        "users": {"user_groups": [{"users": [alice.user_id], "updated_since": 0}]},
        "search": {"search_term": "alice", "max_results": 10},
    }.items():
        with pytest.raises(AgentRejected, match="Caller is not registered"):
            mallory.asks_index(method, args)
