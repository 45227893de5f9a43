"""What strangers ask of the index."""

import pytest

from canisters.lib import c2c
from parley.agent import AgentRejected
from parley.interfaces import call, interface
from tests.fixtures.strangers import Stranger


@pytest.fixture
def stranger(mallory, tmp_path):
    return Stranger(mallory, tmp_path)


@pytest.mark.parametrize("method", ["c2c_lookup_principal", "c2c_lookup_user_id"])
def test_methods_for_canisters_are_closed_to_people(system, alice, method):
    payload = c2c.encode(c2c.request(user_id=alice.user_id, principal=alice.principal))

    with pytest.raises(AgentRejected):
        call(alice.agent, "user_index", system.deployment["user_index"], method, payload)


@pytest.mark.parametrize("method", ["c2c_lookup_principal", "c2c_lookup_user_id"])
def test_a_canister_that_is_none_of_ours_learns_nothing(system, alice, stranger, method):
    payload = c2c.encode(c2c.request(user_id=bytes(alice.user_id), principal=bytes(alice.principal)))

    answer = stranger.forwards(system.deployment["user_index"], method, c2c.to_candid(payload))

    assert "the caller is" in answer["Err"]


@pytest.mark.parametrize("fields", [{}, {"user_id": 7}, {"user_id": "x"}, {"user_id": b"x" * 30}])
def test_a_malformed_look_up_is_rejected(system, stranger, fields):
    payload = c2c.to_candid(c2c.encode(c2c.request(**fields)))

    answer = stranger.forwards(system.deployment["user_index"], "c2c_lookup_principal", payload)

    assert "user_id must be" in answer["Err"]


def test_a_canister_may_not_register_under_the_name_of_a_person(system, alice, stranger):
    alice.registers()

    arg = interface("user_index").encode_args("register_user", {"username": "alice"})

    answer = stranger.forwards(system.deployment["user_index"], "register_user", arg)

    assert interface("user_index").decode_results("register_user", answer["Ok"]) == ({"UsernameTaken": None},)
