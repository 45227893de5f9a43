"""`inspect_message` decides whether ingress is taken, and nothing else."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject, RejectCode
from tests.fixtures.notebook import NOTES, define_notebook
from tests.fixtures.replica import ALICE, MALLORY, LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine, trap


def only_alice(ic: Ic, method: str, arg: bytes) -> None:
    ic.state.map_put(NOTES, b"note", b"inspected")
    if method == "refuse":
        trap("not that one")
    if arg == b"twice":
        ic.accept_message()
    if ic.caller == ALICE:
        ic.accept_message()


@pytest.fixture
def guarded(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    return replica.canister(define_notebook(engine, "guarded", inspect_message=only_alice))


def test_a_message_that_is_accepted_runs_and_inspection_leaves_no_trace(replica: LocalReplica, guarded: Principal):
    request_id = replica.submit(guarded, "write", b"milk", sender=ALICE)
    assert replica.query(guarded, "read") == b""
    replica.finish(request_id)

    assert replica.query(guarded, "read") == b"milk"


@pytest.mark.parametrize(
    ("sender", "method", "arg"),
    [(MALLORY, "write", b"milk"), (ALICE, "refuse", b""), (ALICE, "write", b"twice")],
)
def test_a_message_that_is_not_accepted_is_refused_on_arrival(
    replica: LocalReplica, guarded: Principal, sender: Principal, method: str, arg: bytes
):
    with pytest.raises(Reject) as failure:
        replica.submit(guarded, method, arg, sender=sender)

    assert (failure.value.code, failure.value.error_code) == (RejectCode.CANISTER_REJECT, "IC0406")
    assert not replica.core.has_work()
    assert replica.query(guarded, "read") == b""


def test_calls_of_canisters_and_queries_are_not_inspected(
    replica: LocalReplica, guarded: Principal, notebook: Principal
):
    assert replica.update(notebook, "forward_write", guarded + b"milk") == b"ok: written"
    assert replica.query(guarded, "read", sender=MALLORY) == b"milk"
