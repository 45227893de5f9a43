"""What a sender can learn of a request, how long, and that it is never executed twice."""

from __future__ import annotations

import pytest

from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.routing.config import ReplicaConfig
from replica.routing.requests import CallRequest, ReadStateError
from tests.fixtures.notebook import NOTES, define_notebook
from tests.fixtures.replica import ALICE, EXPIRY_NS, MALLORY, LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine

REQUEST_ID = b"r" * 32


@pytest.fixture
def counter(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    def count(ic: Ic, arg: bytes) -> None:
        total = int(ic.state.map_get(NOTES, b"note") or b"0") + 1
        ic.state.map_put(NOTES, b"note", b"%d" % total)
        ic.reply(b"%d" % total)

    return replica.canister(define_notebook(engine, "counter", updates={"count": count}))


def status(replica: LocalReplica, canister_id: Principal, *, sender: Principal = ALICE) -> str | None:
    return replica.status(REQUEST_ID, sender=sender, effective_canister_id=canister_id)


def send(replica: LocalReplica, canister_id: Principal, method: str = "count") -> None:
    replica.submit(canister_id, method, sender=ALICE, request_id=REQUEST_ID)


def test_a_request_is_unknown_until_its_round_and_replied_after_it(replica: LocalReplica, counter: Principal):
    send(replica, counter)
    assert status(replica, counter) is None
    assert not replica.core.is_finished(REQUEST_ID)

    replica.tick()

    assert status(replica, counter) == "replied"
    assert replica.core.is_finished(REQUEST_ID)


def test_a_known_request_is_not_executed_again(replica: LocalReplica, counter: Principal):
    send(replica, counter)
    send(replica, counter)
    replica.run_until_idle()
    send(replica, counter)
    replica.run_until_idle()

    assert replica.reply(REQUEST_ID) == b"1"
    assert replica.query(counter, "read") == b"1"


def test_a_known_request_is_not_executed_again_after_a_restart(replica: LocalReplica, counter: Principal):
    send(replica, counter)
    replica.run_until_idle()

    replica.restart()
    send(replica, counter)
    replica.run_until_idle()

    assert replica.reply(REQUEST_ID) == b"1"
    assert replica.query(counter, "read") == b"1"


def test_a_refused_request_may_be_sent_again(replica: LocalReplica, counter: Principal):
    replica.manage("stop_canister", {"canister_id": counter}, sender=ALICE, target=counter)
    with pytest.raises(Reject, match=f"Canister {counter} is stopped"):
        send(replica, counter)

    replica.manage("start_canister", {"canister_id": counter}, sender=ALICE, target=counter)
    send(replica, counter)
    replica.run_until_idle()

    assert replica.reply(REQUEST_ID) == b"1"


def test_a_reply_is_readable_for_minutes_then_done_then_forgotten(replica: LocalReplica, counter: Principal):
    replica.clock.advance(seconds=0)
    send(replica, counter)
    replica.tick()

    replica.clock.advance(seconds=299)
    replica.tick()
    assert status(replica, counter) == "replied"

    replica.clock.advance(seconds=2)
    replica.tick(2)
    assert status(replica, counter) is None
    assert not replica.core.is_finished(REQUEST_ID)


def test_a_dropped_reply_leaves_a_tombstone_until_the_request_has_expired(replica: LocalReplica, counter: Principal):
    replica.restart(reply_kept_seconds=60)
    send(replica, counter)
    replica.tick()

    replica.clock.advance(seconds=100)
    replica.tick()
    assert status(replica, counter) == "done"
    send(replica, counter)
    replica.run_until_idle()
    assert replica.query(counter, "read") == b"1"

    replica.clock.advance(seconds=EXPIRY_NS / 1e9 - 99)
    replica.tick()
    assert status(replica, counter) is None


def test_a_request_that_expired_in_the_queue_is_rejected(replica: LocalReplica, counter: Principal):
    send(replica, counter)
    replica.clock.advance(minutes=6)
    replica.tick()

    with pytest.raises(Reject) as failure:
        replica.reply(REQUEST_ID)

    assert (failure.value.code, failure.value.error_code) == (RejectCode.SYS_TRANSIENT, "IC0202")
    assert replica.query(counter, "read") == b""


def test_only_the_sender_reads_a_status_and_only_where_it_was_sent(
    replica: LocalReplica, counter: Principal, notebook: Principal
):
    send(replica, counter)
    replica.run_until_idle()

    assert status(replica, counter) == "replied"
    with pytest.raises(ReadStateError):
        status(replica, counter, sender=MALLORY)
    with pytest.raises(ReadStateError):
        status(replica, notebook)


def test_requests_left_over_by_a_round_are_received_and_run_later(replica: LocalReplica, counter: Principal):
    replica.restart(ingress_per_round_max=1)
    first = replica.submit(counter, "count", sender=ALICE)
    send(replica, counter)

    replica.tick()
    assert replica.core.is_finished(first)
    assert status(replica, counter) == "received"

    replica.tick()
    assert status(replica, counter) == "replied"


def test_a_received_request_is_executed_after_a_restart_exactly_once(replica: LocalReplica, counter: Principal):
    replica.restart(ingress_per_round_max=1)
    replica.submit(counter, "count", sender=ALICE)
    send(replica, counter)
    replica.tick()

    replica.restart()
    assert status(replica, counter) == "received"
    replica.run_until_idle()
    assert replica.reply(REQUEST_ID) == b"2"

    replica.restart()
    replica.run_until_idle()
    assert replica.query(counter, "read") == b"2"


def test_a_call_in_flight_at_a_stop_is_rejected_with_an_unknown_outcome(
    replica: LocalReplica, counter: Principal, notebook: Principal
):
    replica.restart(messages_per_round_max=1)
    replica.submit(notebook, "forward_write", counter + b"7", sender=ALICE, request_id=REQUEST_ID)
    replica.tick()
    assert status(replica, notebook) == "processing"

    replica.restart()

    with pytest.raises(Reject) as failure:
        replica.reply(REQUEST_ID)
    assert failure.value.code == RejectCode.SYS_UNKNOWN
    assert "outcome is unknown" in failure.value.message


def test_an_overloaded_replica_refuses_more(replica: LocalReplica, counter: Principal):
    replica.restart(arrivals_max=2)
    for _ in range(2):
        replica.submit(counter, "count")

    with pytest.raises(Reject) as failure:
        replica.submit(counter, "count")

    assert failure.value.code == RejectCode.SYS_TRANSIENT
    replica.run_until_idle()
    assert replica.update(counter, "count") == b"3"


def test_a_request_needs_no_name_of_ours(replica: LocalReplica, counter: Principal):
    """Ids are whatever the client hashed; two requests differ by id alone."""
    expiry_ns = replica.clock.now_ns() + EXPIRY_NS
    for request_id in (b"1" * 32, b"2" * 32):
        replica.core.submit(CallRequest(request_id, ALICE, counter, "count", b"", expiry_ns, counter))

    replica.run_until_idle()

    assert replica.query(counter, "read") == b"2"


def test_modules_are_refused_unless_the_operator_allows_them(replica: LocalReplica, notebook_module: bytes):
    assert not ReplicaConfig().is_module_allowed(bytes(32))
    replica.restart(is_module_allowed=lambda module_hash: False, allow_list_hint="ask the operator")

    with pytest.raises(Reject, match=r"is not on this replica's allow-list.*ask the operator"):
        replica.canister(notebook_module)
