"""A message's changes are kept or undone as a whole, in the store and in the records that live in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from replica.principal import Principal
from replica.reject import Trap
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState
from replica.state.store import StoreError
from tests.replica.state.conftest import MAP_SIZE_BYTES


def reopened(state: ReplicatedState, path: Path) -> ReplicatedState:
    state.close()
    return ReplicatedState.open(path / "state", map_size_bytes=MAP_SIZE_BYTES)


def test_a_damaged_file_is_reported_with_what_to_do_and_left_alone(tmp_path: Path):
    file = tmp_path / "data.mdb"
    file.write_bytes(b"not a database" * 1_000)

    with pytest.raises(StoreError, match=r"cannot be opened: .*; restore it, or use another data directory"):
        ReplicatedState.open(tmp_path, map_size_bytes=MAP_SIZE_BYTES)
    assert file.read_bytes() == b"not a database" * 1_000


def test_an_aborted_message_leaves_maps_counts_and_balance_as_they_were(state: ReplicatedState, canister: Canister):
    canister.state.map_put(0, b"a", b"before")
    canister.balance = 5

    state.begin_message()
    state.canisters.touch(canister)
    canister.state.map_put(0, b"a", b"after")
    canister.state.map_put(0, b"b", b"new")
    canister.balance = 9
    state.abort_message()

    assert list(canister.state.map_items(0)) == [(b"a", b"before")]
    assert canister.state.map_len(0) == 1
    assert canister.balance == 5


def test_a_committed_message_survives_the_abort_of_the_next(state: ReplicatedState, canister: Canister):
    for value, keep in ((b"first", True), (b"second", False)):
        state.begin_message()
        state.canisters.touch(canister)
        canister.state.map_put(0, b"key", value)
        (state.commit_message if keep else state.abort_message)()

    assert canister.state.map_get(0, b"key") == b"first"


def test_a_canister_created_by_an_aborted_message_does_not_exist(state: ReplicatedState, canister: Canister):
    other = Principal.from_counter(8)

    state.begin_message()
    state.canisters.create(other, number=2)
    state.abort_message()

    assert state.canisters.get(other) is None
    assert not state.canisters.is_id_used(other)


def test_a_canister_deleted_by_an_aborted_message_is_back(state: ReplicatedState, canister: Canister):
    state.begin_message()
    state.canisters.delete(canister)
    assert state.canisters.get(canister.id) is None
    state.abort_message()

    assert state.canisters.get(canister.id) is canister


def test_cycles_minted_by_an_aborted_message_were_not_minted(state: ReplicatedState, canister: Canister):
    state.begin_message()
    state.subnet.cycles_minted += 100
    state.abort_message()

    assert state.subnet.cycles_minted == 0


def test_a_round_is_found_again_and_an_unfinished_one_is_not(
    state: ReplicatedState, canister: Canister, tmp_path: Path
):
    canister.state.map_put(3, b"kept", b"yes")
    canister.balance = 2**70
    state.commit_round()
    state.begin_round(now_ns=2)
    state.canisters.touch(canister)
    canister.state.map_put(3, b"lost", b"yes")

    after = reopened(state, tmp_path)
    found = after.canisters.get(canister.id)

    assert found is not None
    assert list(found.state.map_items(3)) == [(b"kept", b"yes")]
    assert found.state.map_len(3) == 1
    assert found.balance == 2**70
    assert after.subnet.round_index == 1
    after.close()


def test_what_a_query_writes_it_can_read_and_nobody_else(state: ReplicatedState, canister: Canister):
    canister.state.map_put(0, b"a", b"committed")
    state.commit_round()

    state.begin_message()
    state.canisters.touch(canister)
    canister.state.map_put(0, b"a", b"only here")
    seen = canister.state.map_get(0, b"a")
    state.abort_message()

    assert seen == b"only here"
    assert canister.state.map_get(0, b"a") == b"committed"


def test_a_full_disk_traps_the_message_and_spares_the_rest_of_the_round(tmp_path: Path):
    state = ReplicatedState.open(tmp_path / "small", map_size_bytes=4 * 2**20)
    state.begin_round(now_ns=1)
    canister = state.canisters.create(Principal.from_counter(7), number=1)
    canister.state.map_put(0, b"small", b"fits")

    state.begin_message()
    state.canisters.touch(canister)
    with pytest.raises(Trap, match="storage is full"):
        canister.state.map_put(0, b"large", bytes(8 * 2**20))
    state.abort_message()
    state.commit_round()

    assert list(canister.state.map_items(0)) == [(b"small", b"fits")]
    state.close()


def test_equal_contents_have_equal_digests(tmp_path: Path):
    digests = []
    for name in ("one", "two"):
        state = ReplicatedState.open(tmp_path / name, map_size_bytes=MAP_SIZE_BYTES)
        state.begin_round(now_ns=1)
        canister = state.canisters.create(Principal.from_counter(7), number=1)
        for key in (b"a", b"b") if name == "one" else (b"b", b"a"):
            canister.state.map_put(0, key, b"value of " + key)
        state.commit_round()
        digests.append(state.store.digest())
        state.close()

    assert digests[0] == digests[1]
