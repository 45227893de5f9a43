"""Certificates that are made while a round is committed are those that would be made afterwards."""

from __future__ import annotations

import pytest

from replica.certification.hash_tree import lookup_value
from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.routing.beside import Beside
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import ScriptedEngine

MORE_THAN_AT_HAND = 2_200


@pytest.fixture
def canister(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    return replica.canister(engine.define("echo", updates={"echo": lambda ic, arg: ic.reply(arg)}, queries={}))


def test_a_certificate_made_ahead_is_the_one_of_the_round(replica, canister):
    wanted = [replica.submit(canister, "echo", b"%d" % number) for number in range(30)]

    replica.core.tick(wanted)

    for number, request_id in enumerate(wanted):
        tree = replica.verified(replica.core.request_certificate(request_id))
        assert lookup_value(tree, (b"request_status", request_id, b"reply")) == b"%d" % number


def test_a_round_that_answers_more_than_the_tree_has_at_hand_certifies_afterwards(replica, canister):
    replica.restart(ingress_per_round_max=10_000)
    wanted = [replica.submit(canister, "echo", b"again") for _ in range(MORE_THAN_AT_HAND)]

    replica.core.tick(wanted)

    assert [replica.reply(request_id) for request_id in (wanted[0], wanted[-1])] == [b"again"] * 2


def test_what_either_of_two_things_beside_each_other_raises_is_raised():
    beside = Beside()
    done: list[str] = []

    def fail() -> None:
        raise Reject(RejectCode.CANISTER_ERROR, "no")

    beside.run(lambda: done.append("work"), lambda: done.append("waited"))
    with pytest.raises(Reject):
        beside.run(fail, lambda: done.append("waited again"))
    with pytest.raises(Reject):
        beside.run(lambda: done.append("work again"), fail)
    beside.close()

    assert sorted(done) == ["waited", "waited again", "work", "work again"]


def test_a_name_of_a_method_without_end_is_neither_taken_in_nor_repeated(replica, canister):
    with pytest.raises(Reject) as refused:
        replica.submit(canister, "x" * 30_000, b"")
    with pytest.raises(Reject) as unknown:
        replica.update(canister, "x" * 5_000, b"", sender=ALICE)

    assert len(refused.value.message) < 400
    assert len(unknown.value.message) < 400
