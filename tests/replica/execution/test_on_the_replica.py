"""The same test canisters on the real replica: rounds, transactions, timers and restarts around the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.bundler import bundle
from replica.candid.did import Interface, parse_did
from replica.clock import VirtualClock
from replica.execution.kybra_engine import KybraEngine
from replica.principal import Principal
from replica.reject import Reject
from replica.rng import SeededRng
from tests.fixtures.replica import ALICE, LocalReplica
from tests.replica.execution.fake_system import ROOT, load

TRILLION = 10**12


class Installed:
    """A test canister on a replica."""

    def __init__(self, replica: LocalReplica, name: str, arg: bytes = b"DIDL\x00\x00") -> None:
        self.replica = replica
        self.interface: Interface = parse_did(load(name).candid)
        self.id: Principal = replica.canister(bundle(name, ROOT), arg, cycles=10 * TRILLION)

    def update(self, method: str, *values: Any) -> Any:
        arg = self.interface.encode_args(method, *values)
        return self._result(method, self.replica.update(self.id, method, arg, sender=ALICE))

    def query(self, method: str, *values: Any) -> Any:
        arg = self.interface.encode_args(method, *values)
        return self._result(method, self.replica.query(self.id, method, arg, sender=ALICE))

    def _result(self, method: str, reply: bytes) -> Any:
        results = self.interface.decode_results(method, reply)
        return results[0] if results else None


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[LocalReplica]:
    local = LocalReplica(tmp_path, engine=KybraEngine(), clock=VirtualClock(), rng=SeededRng(1))
    yield local
    local.close()


def test_two_canisters_talk_to_each_other(replica: LocalReplica) -> None:
    calls, peer = Installed(replica, "calls"), Installed(replica, "peer")

    assert calls.update("greet_peer", peer.id, "alice") == "Ok: hello hello alice"
    assert calls.update("nested", peer.id) == "hello first!hello second!"
    assert calls.update("two_in_turn", peer.id) == "hello one 4"
    assert calls.query("composite", peer.id) == 4
    assert calls.query("composite_code", peer.id) == "NoError"
    assert calls.query("composite_code", calls.id) == "CanisterError"


def test_a_callee_that_traps_is_an_error_value_and_keeps_nothing(replica: LocalReplica) -> None:
    calls, peer = Installed(replica, "calls"), Installed(replica, "peer")

    answer = calls.update("greet_peer", peer.id, "nobody")

    assert answer.startswith("Err: Rejection code 5, ")
    assert "nobody to greet" in answer
    assert peer.query("count") == 0


def test_cycles_that_were_not_accepted_come_back(replica: LocalReplica) -> None:
    calls, peer = Installed(replica, "calls"), Installed(replica, "peer")

    assert calls.update("pay", peer.id) == "hello paid for 4 3"


def test_a_notification_arrives(replica: LocalReplica) -> None:
    calls, peer = Installed(replica, "calls"), Installed(replica, "peer")

    assert calls.update("tell_and_pay", peer.id) == {"Ok": None}
    replica.run_until_idle()

    assert peer.query("count") == 1


def test_a_trap_is_rejected_with_its_text_and_undone(replica: LocalReplica) -> None:
    failing = Installed(replica, "failing")

    with pytest.raises(Reject) as reject:
        failing.update("key_error")

    assert reject.value.error_code == "IC0503"
    assert "KeyError: 'x'" in reject.value.message
    assert failing.query("word", "key_error") == ""
    assert any("canisters/failing/main.py" in line for line in replica.logs(failing.id))


def test_a_guards_refusal_is_rejected_and_what_it_did_is_kept(replica: LocalReplica) -> None:
    guarded = Installed(replica, "guarded")

    with pytest.raises(Reject, match="not today"):
        guarded.update("refused", 1)

    assert guarded.query("counted", "guard") == 1


def test_state_and_timers_outlive_a_restart_and_timers_die_with_an_upgrade(replica: LocalReplica) -> None:
    timers = Installed(replica, "timers")
    timers.update("arm_module_function")
    replica.restart()

    replica.clock.advance(minutes=1)
    replica.run_until_idle()
    replica.clock.advance(minutes=1)
    replica.run_until_idle()
    assert timers.query("ticks") == [timers.id.text] * 2

    replica.install(timers.id, bundle("timers", ROOT), mode="upgrade")
    replica.clock.advance(minutes=1)
    replica.run_until_idle()
    assert timers.query("ticks") == [timers.id.text] * 2


def test_an_upgrade_runs_its_hooks_around_what_is_stable(replica: LocalReplica) -> None:
    owner = parse_did(load("lifecycle").candid).encode_init({"owner": "alice", "limit": 3})
    lifecycle = Installed(replica, "lifecycle", owner)

    replica.install(lifecycle.id, bundle("lifecycle", ROOT), mode="upgrade")

    assert [lifecycle.query("note", name) for name in ("init", "before", "after")] == ["alice 3", "upgrade", "None"]


def test_random_bytes_come_from_the_management_canister(replica: LocalReplica) -> None:
    assert len(Installed(replica, "calls").update("random_bytes")) == 32
