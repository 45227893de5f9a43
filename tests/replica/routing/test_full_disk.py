"""When the storage is full, messages fail, the replica says so, and nothing that was acknowledged is lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from replica.clock import VirtualClock
from replica.principal import Principal
from replica.reject import Reject
from replica.rng import SeededRng
from replica.routing.config import ReplicaConfig, allow_every_module
from replica.state.store import StoreError
from tests.fixtures.notebook import NOTES, define_notebook
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine

SMALL = 2 * 2**20
NOTE_BYTES = 40_000


@pytest.fixture
def replica(tmp_path: Path, engine: ScriptedEngine, clock: VirtualClock, rng: SeededRng) -> Iterator[LocalReplica]:
    config = ReplicaConfig(is_module_allowed=allow_every_module, map_size_bytes=SMALL)
    local = LocalReplica(tmp_path / "data", engine=engine, clock=clock, rng=rng, config=config)
    yield local
    local.close()


@pytest.fixture
def hoarder(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    def hoard(ic: Ic, arg: bytes) -> None:
        ic.state.map_put(NOTES, arg, bytes(NOTE_BYTES))
        ic.reply(arg)

    def how_many(ic: Ic, arg: bytes) -> None:
        ic.reply(b"%d" % ic.state.map_len(NOTES))

    module = define_notebook(engine, "hoarder", updates={"hoard": hoard}, queries={"how_many": how_many})
    return replica.canister(module)


def fill(replica: LocalReplica, hoarder: Principal) -> int:
    """Write until it no longer goes; returns how many writes were acknowledged."""
    return next(number for number in count() if not _is_kept(replica, hoarder, b"%d" % number))


def _is_kept(replica: LocalReplica, hoarder: Principal, note: bytes) -> bool:
    try:
        return replica.update(hoarder, "hoard", note) == note
    except Reject as reject:
        return "storage is full" not in reject.message
    except StoreError:
        return False


def test_a_full_storage_loses_nothing_that_was_acknowledged(replica: LocalReplica, hoarder: Principal):
    acknowledged = fill(replica, hoarder)
    assert acknowledged > 5

    replica.restart(map_size_bytes=10 * SMALL)

    assert replica.query(hoarder, "how_many") == b"%d" % acknowledged
    assert replica.update(hoarder, "hoard", b"more room") == b"more room"


def test_a_replica_whose_round_failed_answers_nobody(replica: LocalReplica, hoarder: Principal):
    while replica.core._is_usable:
        fill(replica, hoarder)

    with pytest.raises(StoreError, match="must be opened anew"):
        replica.submit(hoarder, "hoard", b"1")
    with pytest.raises(StoreError, match="must be opened anew"):
        replica.query(hoarder, "how_many")
    with pytest.raises(StoreError, match="must be opened anew"):
        replica.tick()
