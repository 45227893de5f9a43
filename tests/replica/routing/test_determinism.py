"""Equal seeds and equal submissions end in equal states (I9); a restart changes nothing (I8)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from replica.clock import VirtualClock
from replica.principal import MANAGEMENT
from replica.reject import Reject
from replica.rng import SeededRng
from tests.fixtures.notebook import NOTES, Running, define_notebook, show
from tests.fixtures.replica import ALICE, BOB, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine

METHODS = ("write", "forward_write", "forward_trap", "write_then_trap", "write_silently", "roll", "arm", "refuse")


def roll(ic: Ic, arg: bytes) -> Running:
    response = yield CallOut(MANAGEMENT, "raw_rand", b"DIDL\x00\x00")
    ic.state.map_put(NOTES, b"dice", show(response))
    ic.reply(b"")


def arm(ic: Ic, arg: bytes) -> None:
    ic.set_timer(len(arg), "ring", repeat=True)
    ic.reply(b"")


def ring(ic: Ic) -> None:
    ic.state.map_put(NOTES, b"%d" % ic.time_ns, b"rang")
    ic.debug_print("rang")


def run(directory: Path, seed: int, *, restarts: bool = False) -> tuple[bytes, bytes]:
    """A life of a replica, decided by the seed; returns the digest of its state and the root hash of its tree."""
    engine = ScriptedEngine()
    module = define_notebook(engine, "player", updates={"roll": roll, "arm": arm}, functions={"ring": ring})
    replica = LocalReplica(directory, engine=engine, clock=VirtualClock(), rng=SeededRng(seed))
    chance = Random(seed)  # noqa: S311
    canisters = [replica.canister(module) for _ in range(4)]
    for step in range(60):
        target, other = chance.sample(canisters, 2)
        method = chance.choice(METHODS)
        arg = other + b"%d" % step if method.startswith("forward") else b"%d" % step
        replica.submit(target, method, arg, sender=chance.choice((ALICE, BOB)))
        if chance.random() < 0.5:
            replica.clock.advance(seconds=chance.randrange(3))
            replica.run_until_idle()
            if restarts:
                replica.restart()
    replica.run_until_idle()
    result = replica.core.state_digest(), replica.core._state.tree.root_hash()
    replica.close()
    return result


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_seed_ends_in_one_state(tmp_path: Path, seed: int):
    assert run(tmp_path / "first", seed) == run(tmp_path / "second", seed)


def test_another_seed_ends_in_another_state(tmp_path: Path):
    assert run(tmp_path / "first", 1) != run(tmp_path / "second", 2)


def test_a_restart_keeps_everything_that_is_certified(replica: LocalReplica, engine: ScriptedEngine):
    module = define_notebook(engine, "player", updates={"roll": roll, "arm": arm}, functions={"ring": ring})
    canisters = [replica.canister(module) for _ in range(3)]
    for number, canister_id in enumerate(canisters):
        replica.update(canister_id, "write", b"%d" % number)
        with pytest.raises(Reject):
            replica.update(canister_id, "refuse")
    tree = replica.core._state.tree
    tree.set_time(replica.clock.now_ns())
    before = tree.root_hash()

    replica.restart()

    after = replica.core._state.tree
    assert after is not tree
    assert after.root_hash() == before
    assert [replica.query(each, "read") for each in canisters] == [b"0", b"1", b"2"]


def test_a_life_with_restarts_keeps_every_note(tmp_path: Path):
    assert run(tmp_path / "first", 4, restarts=True) == run(tmp_path / "second", 4, restarts=True)
