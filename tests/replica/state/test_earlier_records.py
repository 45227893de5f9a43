"""Records as version 0.1.0 stored them are read as they were meant."""

from __future__ import annotations

from dataclasses import replace

import msgpack

from replica.principal import Principal
from replica.state.canister import _FIELDS_OF_0_1_0, Canister
from replica.state.cycles import encode_cycles
from replica.state.ingress_records import IngressRecord
from replica.state.replicated_state import ReplicatedState
from replica.state.subnet import Subnet
from tests.fixtures.replica import ALICE, BOB


def test_a_finished_message_of_version_0_1_0_was_to_the_canister_in_its_url(state: ReplicatedState):
    state.begin_round(now_ns=1)
    record = IngressRecord(b"r" * 32, ALICE, BOB, 7, "replied", b"reply")
    key = (9).to_bytes(8, "big") + (1).to_bytes(8, "big")
    state.store.tables["ingress"].put(key, msgpack.packb([b"r" * 32, ALICE, BOB, 7, "replied", b"reply"]))

    assert list(state.ingress.load()) == [record]


def test_the_subnet_of_version_0_1_0_has_counted_no_executions(state: ReplicatedState):
    state.begin_round(now_ns=1)
    fields = [b"key", 5, 6, 7, 8, 9, encode_cycles(10), encode_cycles(11)]
    state.store.tables["meta"].put(b"subnet", msgpack.packb(fields))

    assert Subnet.load(state.store) == Subnet(b"key", 5, 6, 7, 8, 9, 10, 11, execution_count=0)


def test_promises_that_cost_nothing_when_they_were_made_are_let_go(state: ReplicatedState):
    state.begin_round(now_ns=1)
    canister = state.canisters.create(Principal.from_counter(1), 1)
    canister.settings = replace(canister.settings, compute_allocation=10, memory_allocation=2**48)
    as_now = canister.encode()
    as_then = msgpack.packb(msgpack.unpackb(as_now, strict_map_key=False)[: 1 + _FIELDS_OF_0_1_0])

    now, then = (Canister.decode(canister.id, data).settings for data in (as_now, as_then))

    assert (now.compute_allocation, now.memory_allocation) == (10, 2**48)
    assert (then.compute_allocation, then.memory_allocation) == (0, 0)
