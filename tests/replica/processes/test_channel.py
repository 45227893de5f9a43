"""Both ends of a channel in one event loop: what a front asks, a core answers, and what happens when one goes away."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from replica.http.core import RoundFailed
from replica.http.local_core import LocalCore
from replica.principal import ANONYMOUS, Principal
from replica.processes.core_side import CoreSide
from replica.processes.frames import Hello
from replica.processes.front import hello_of
from replica.processes.remote_core import CoreMistake, RemoteCore
from replica.reject import Reject
from replica.routing.requests import CallRequest, QueryReplied, QueryRequest, ReadStateError, ReadStateRequest
from tests.fixtures.replica import ALICE, LocalReplica
from tests.fixtures.scripted_engine import CallOut, Ic, ScriptedEngine

REPLY = b"hello"


class BlindReader:
    """A reader that leaves everything to the core."""

    def query(self, request: QueryRequest) -> None:
        return None

    def is_welcome(self, request: CallRequest) -> bool:
        return False

    def close(self) -> None:
        pass


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def canister(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    replica.restart(messages_per_round_max=10)  # "wait" has no end
    return replica.canister(
        engine.define(
            "greeter",
            updates={"greet": lambda ic, arg: ic.reply(REPLY), "wait": _wait},
            queries={"greeting": lambda ic, arg: ic.reply(REPLY)},
            inspect_message=lambda ic, method, arg: ic.accept_message() if arg != b"unwelcome" else None,
        )
    )


def _wait(ic: Ic, arg: bytes) -> Any:
    while True:
        yield CallOut(ic.canister_id, "wait")


class Ends:
    def __init__(self, replica: LocalReplica) -> None:
        core, front = socket.socketpair()
        self.replica = replica
        self.failed: list[bool] = []
        self.lost: list[bool] = []
        self.core = LocalCore(replica.core, replica.clock, on_failure=lambda: self.failed.append(True))
        hello = Hello(b"root key", b"subnet", b"node", bytes(32), "operator token", 0)
        self._core_socket, self._front_socket = core, front
        self._core_side = CoreSide(self.core, hello, on_closed=lambda: None)

    async def has_work(self) -> None:
        """Let the event loop turn until a frame has come through."""
        for _ in range(1_000):
            if self.replica.core.has_work():
                return
            await asyncio.sleep(0)
        raise AssertionError("the core was asked nothing")

    async def connect(self) -> RemoteCore:
        loop = asyncio.get_running_loop()
        self._core_socket.setblocking(False)
        self.core_transport, _ = await loop.create_connection(lambda: self._core_side, sock=self._core_socket)
        await self.core.start()
        front = RemoteCore(
            self._front_socket,
            hello_of(self._front_socket),
            BlindReader(),  # type: ignore[arg-type]  # as much of a reader as is asked for
            self.replica.clock,
            on_lost=lambda: self.lost.append(True),
        )
        await front.start()
        return front


def talk(replica: LocalReplica, story: Callable[[Ends, RemoteCore], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        ends = Ends(replica)
        front = await ends.connect()
        try:
            return await story(ends, front)
        finally:
            await front.stop()
            ends.core_transport.close()

    return asyncio.run(run())


def call_of(canister: Principal, method: str = "greet", arg: bytes = b"", number: int = 1) -> CallRequest:
    request_id = number.to_bytes(32, "big")
    return CallRequest(request_id, ANONYMOUS, canister, method, arg, 2**62, canister)


def test_a_front_learns_who_the_core_is(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        return front.root_key_der, front.subnet_id, front.node_id

    assert talk(replica, story) == (b"root key", Principal(b"subnet"), Principal(b"node"))


def test_a_call_is_answered_with_its_certificate_after_its_round(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        return await asyncio.gather(
            *(front.call(call_of(canister, number=number), timeout_seconds=10) for number in range(20))
        )

    certificates = talk(replica, story)

    for certificate in certificates:
        replica.verified(certificate)
    assert [replica.reply(number.to_bytes(32, "big")) for number in range(20)] == [REPLY] * 20


def test_a_refused_call_raises_what_the_core_said(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        await front.call(call_of(canister, arg=b"unwelcome"), timeout_seconds=10)

    with pytest.raises(Reject) as refused:
        talk(replica, story)

    assert refused.value.error_code == "IC0406"


def test_a_call_that_takes_too_long_is_answered_with_nothing(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        return await front.call(call_of(canister, "wait"), timeout_seconds=0)

    assert talk(replica, story) is None


def test_a_submitted_call_is_executed_though_nobody_waits(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        await front.submit(call_of(canister))

    talk(replica, story)
    replica.run_until_idle()

    assert replica.reply(call_of(canister).request_id) == REPLY


def test_a_submitted_call_that_is_refused_is_recorded_for_who_polls(replica, canister):
    request = call_of(canister, arg=b"unwelcome")

    async def story(ends: Ends, front: RemoteCore) -> Any:
        with pytest.raises(Reject):
            await front.submit(request)

    talk(replica, story)
    replica.run_until_idle()

    assert replica.status(request.request_id, sender=ANONYMOUS, effective_canister_id=canister) == "rejected"


def test_a_query_that_the_front_cannot_answer_goes_to_the_core(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        return await front.query(QueryRequest(bytes(32), ANONYMOUS, canister, "greeting", b"", canister))

    reply = talk(replica, story)

    assert isinstance(reply, QueryReplied)
    assert reply.arg == REPLY


def test_reading_the_state_goes_to_the_core_and_so_do_refusals(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        certificate = await front.read_state(ReadStateRequest(ANONYMOUS, ((b"time",),), canister))
        with pytest.raises(ReadStateError):
            await front.read_state(ReadStateRequest(ANONYMOUS, ((b"canister",),), canister))
        return certificate

    replica.verified(talk(replica, story))


def test_a_refusal_to_show_the_state_keeps_its_text_and_status(replica, canister):
    request_id = replica.submit(canister, "greet", sender=ALICE)
    paths = ((b"request_status", request_id),)

    async def story(ends: Ends, front: RemoteCore) -> Any:
        with pytest.raises(ReadStateError, match="not signed by the caller") as of_stranger:
            await front.read_state(ReadStateRequest(ANONYMOUS, paths, canister))
        with pytest.raises(ReadStateError, match="sender delegation targets") as of_session:
            await front.read_state(ReadStateRequest(ALICE, paths, canister, targets=frozenset()))
        return of_stranger.value.status, of_session.value.status

    assert talk(replica, story) == (403, 403)


def test_whoever_waits_is_told_when_the_core_is_gone(replica, canister):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        waiting = asyncio.create_task(front.call(call_of(canister, "wait"), timeout_seconds=60))
        await ends.has_work()
        ends.core_transport.abort()
        with pytest.raises(RoundFailed):
            await waiting
        with pytest.raises(RoundFailed):
            await front.submit(call_of(canister, number=2))
        return ends.lost

    assert talk(replica, story) == [True]


def test_the_operator_asks_and_moves_the_time_through_the_front(replica, canister):
    before_ns = replica.clock.now_ns()

    async def story(ends: Ends, front: RemoteCore) -> Any:
        await front.advance_time(seconds=60)
        return await front.oversee("canister", {"id": canister.text}), await front.oversee("status", {})

    about_canister, status = talk(replica, story)

    assert about_canister["id"] == canister.text
    assert status["canisters"] == 1
    # One clock stands for those of both processes here, and each is moved.
    assert replica.clock.now_ns() == before_ns + 2 * 60_000_000_000


def test_a_question_that_the_core_fails_at_costs_nobody_else_the_channel(replica, canister, caplog):
    async def story(ends: Ends, front: RemoteCore) -> Any:
        with pytest.raises(CoreMistake):
            await front.oversee("a question that nobody knows", {})
        return await front.call(call_of(canister), timeout_seconds=10)

    certificate = talk(replica, story)

    replica.verified(certificate)
    assert "a question could not be answered" in caplog.text


def test_the_core_forgets_whoever_has_stopped_waiting(replica, canister):
    request = call_of(canister, "wait")

    async def story(ends: Ends, front: RemoteCore) -> Any:
        for _ in range(5):
            assert await front.call(request, timeout_seconds=0) is None
        await front.oversee("status", {})  # frames are answered in order, so the core has seen all five
        return ends.core.driver.watcher_count

    assert talk(replica, story) == 0
