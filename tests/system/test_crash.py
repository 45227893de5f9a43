"""`kill -9` of the replica while clients send: what was acknowledged is there, and nothing is there twice (I1, I8).

Clients keep the envelopes they got no answer to and send them again, byte for byte, to the next life of the replica.
The kills come after a number of answers that the seed decides, so they fall anywhere within a round.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import cbor2
import httpx
import pytest
from ic.agent import sign_request

from parley.agent import AgentRejected, HttpAgent, expiry_ns, read_reply
from parley.bundler import bundle
from parley.identity import FastIdentity
from parley.management import create_canister, install_module, upload_module
from replica.candid.did import Interface, parse_did
from replica.principal import Principal
from tests.fixtures.replica_process import ReplicaProcess

HERE = Path(__file__).parent
KILLS = 10
CLIENTS = 8
ANSWERS_PER_LIFE_MAX = 60
CYCLES = 10**15
JOURNAL: Interface = parse_did((HERE / "canisters" / "journal" / "journal.did").read_text())


@pytest.fixture(scope="module")
def journal_module() -> bytes:
    return bundle("journal", HERE)


@pytest.fixture
def process(tmp_path: Path, journal_module: bytes) -> Iterator[ReplicaProcess]:
    replica = ReplicaProcess(tmp_path, modules=(journal_module,))
    replica.start()
    yield replica
    replica.stop()


class Clients:
    """Some people who write numbers into a journal, each number once, and remember what they were told."""

    def __init__(self, url: str, journal: Principal, copy: Principal) -> None:
        self._url = url
        self._journal = journal
        self._copy = copy
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self.acknowledged: set[int] = set()
        self.rejected: set[int] = set()
        self.unanswered: dict[int, tuple[bytes, bytes]] = {}

    def send_until(self, answers: int, then: ReplicaProcess) -> None:
        """Send until so many answers have come, kill the replica, and wait for everybody to notice."""
        enough = threading.Semaphore(0)
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients = [pool.submit(self._send, FastIdentity(), enough) for _ in range(CLIENTS)]
            for _ in range(answers):
                assert enough.acquire(timeout=30), then.log()
            then.kill()
            for client in clients:
                client.result()

    def send_again(self) -> None:
        """Repeat, byte for byte, what nobody answered."""
        with httpx.Client(base_url=self._url, trust_env=False, timeout=30) as client:
            for number in list(self.unanswered):
                self._post(client, number)

    def _send(self, identity: FastIdentity, answered: threading.Semaphore) -> None:
        """One client: sends its next number when the last one was answered, until the connection breaks."""
        with httpx.Client(base_url=self._url, trust_env=False, timeout=30) as client:
            while True:
                with self._lock:
                    number = next(self._numbers)
                    self.unanswered[number] = self._envelope(identity, number)
                try:
                    self._post(client, number)
                except httpx.TransportError:
                    return
                answered.release()

    def _envelope(self, identity: FastIdentity, number: int) -> tuple[bytes, bytes]:
        content = {
            "request_type": "call",
            "sender": bytes(identity.principal),
            "canister_id": bytes(self._journal),
            "method_name": "append_to_both",
            "arg": JOURNAL.encode_args("append_to_both", number, self._copy),
            "ingress_expiry": expiry_ns(),
        }
        request_id, envelope = sign_request(content, identity)
        return request_id, envelope

    def _post(self, client: httpx.Client, number: int) -> None:
        request_id, envelope = self.unanswered[number]
        response = client.post(f"/api/v3/canister/{self._journal.text}/call", content=envelope)
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE and "outcome is unknown" in response.text:
            raise httpx.RemoteProtocolError(response.text)  # the process for HTTP lived a moment longer
        assert response.status_code == httpx.codes.OK, response.text
        outcome = self._outcome(response.content, request_id)
        with self._lock:
            del self.unanswered[number]
            outcome.add(number)

    def _outcome(self, body: bytes, request_id: bytes) -> set[int]:

        try:
            reply = read_reply(cbor2.loads(body)["certificate"], request_id)
        except AgentRejected:
            return self.rejected
        assert reply is not None
        assert JOURNAL.decode_results("append_to_both", reply) == (1,)
        return self.acknowledged


def entries(agent: HttpAgent, journal: Principal) -> dict[int, int]:
    reply = agent.query(journal, "all_entries", JOURNAL.encode_args("all_entries"))
    (pairs,) = JOURNAL.decode_results("all_entries", reply)
    return dict(pairs)


@pytest.mark.slow
def test_no_acknowledged_message_is_lost_or_doubled_by_ten_kills(process: ReplicaProcess, journal_module: bytes):
    agent = HttpAgent(process.url, FastIdentity())
    journal, copy = create_canister(agent, cycles=CYCLES), create_canister(agent, cycles=CYCLES)
    for canister_id in (journal, copy):
        hashes = upload_module(agent, canister_id, journal_module)
        arg = JOURNAL.encode_init()
        install_module(agent, canister_id, journal_module, mode="install", arg=arg, chunk_hashes=hashes)
    clients = Clients(process.url, journal, copy)
    chance = Random(2026)  # noqa: S311

    for _ in range(KILLS):
        clients.send_until(chance.randrange(1, ANSWERS_PER_LIFE_MAX), then=process)
        process.start()
        clients.send_again()
        in_journal, in_copy = entries(agent, journal), entries(agent, copy)

        assert set(in_journal.values()) == set(in_copy.values()) == {1}
        assert clients.acknowledged <= in_journal.keys()
        assert clients.acknowledged <= in_copy.keys()
        assert in_journal.keys() <= clients.acknowledged | clients.rejected

    assert len(clients.acknowledged) >= KILLS
    agent.close()
