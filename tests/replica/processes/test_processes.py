"""The replica as several processes: each may die, and what a front reads is what the core has committed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from parley.agent import AgentRejected, HttpAgent
from parley.bundler import bundle
from parley.identity import FastIdentity
from parley.management import create_canister, install_module, upload_module
from replica.candid.did import Interface, parse_did
from replica.principal import Principal
from tests.fixtures.replica_process import ReplicaProcess

HERE = Path(__file__).parent
CYCLES = 10**15
GUESTBOOK: Interface = parse_did((HERE / "canisters" / "guestbook" / "guestbook.did").read_text())


class Guestbook:
    """The canister, as somebody who asks over HTTP sees it."""

    def __init__(self, process: ReplicaProcess, module: bytes) -> None:
        self.process = process
        self.agent = HttpAgent(process.url, FastIdentity())
        self.canister_id: Principal = create_canister(self.agent, cycles=CYCLES)
        hashes = upload_module(self.agent, self.canister_id, module)
        arg = GUESTBOOK.encode_init()
        install_module(self.agent, self.canister_id, module, mode="install", arg=arg, chunk_hashes=hashes)

    def sign(self, name: str) -> int:
        reply = self.agent.update(self.canister_id, "sign", GUESTBOOK.encode_args("sign", name))
        (number,) = GUESTBOOK.decode_results("sign", reply)
        return int(number)

    def ask(self, method: str) -> object:
        (answer,) = GUESTBOOK.decode_results(
            method, self.agent.query(self.canister_id, method, GUESTBOOK.encode_args(method))
        )
        return answer


@pytest.fixture(scope="module")
def module() -> bytes:
    return bundle("guestbook", HERE)


@pytest.fixture(params=["1", "2"])
def processes(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def guestbook(tmp_path: Path, module: bytes, processes: str) -> Iterator[Guestbook]:
    process = ReplicaProcess(tmp_path, modules=(module,), arguments=("--processes", processes))
    process.start()
    guestbook = Guestbook(process, module)
    yield guestbook
    guestbook.agent.close()
    process.stop()


def children_of(process: ReplicaProcess) -> list[int]:
    tasks = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in tasks.read_text().split()]


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and ") Z" not in stat.read_text()


def test_whoever_has_an_answer_reads_what_it_changed(guestbook):
    for count in range(1, 30):
        assert guestbook.sign(f"guest {count}") == count - 1
        assert len(guestbook.ask("names")) == count


def test_a_query_may_write_and_nothing_of_it_is_kept(guestbook):
    guestbook.sign("alice")

    assert guestbook.ask("names_with_a_ghost") == ["alice", "ghost"]
    assert guestbook.ask("names_with_a_ghost") == ["alice", "ghost"]
    assert guestbook.ask("names") == ["alice"]


def test_a_query_may_ask_for_the_certificate(guestbook):
    guestbook.sign("alice")

    assert guestbook.ask("certificate")
    assert guestbook.ask("certificate")


def test_the_canister_decides_who_is_let_in(guestbook):
    with pytest.raises(AgentRejected) as refused:
        guestbook.sign("mallory")

    assert refused.value.error_code == "IC0406"
    assert guestbook.sign("alice") == 0


def test_a_stopped_replica_exits_cleanly_with_all_its_processes(guestbook):
    guestbook.sign("alice")
    children = children_of(guestbook.process)

    assert guestbook.process.terminate() == 0
    assert not [pid for pid in children if is_alive(pid)]

    guestbook.process.start()
    guestbook.agent.close()
    guestbook.agent = HttpAgent(guestbook.process.url, FastIdentity())
    assert guestbook.ask("names") == ["alice"]


@pytest.mark.parametrize("processes", ["2"])
def test_a_front_that_dies_is_replaced_and_nothing_is_lost(guestbook):
    guestbook.sign("alice")
    killed = children_of(guestbook.process)

    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    guestbook.process.wait_until_it_answers()
    guestbook.agent.close()
    guestbook.agent = HttpAgent(guestbook.process.url, FastIdentity())

    assert guestbook.ask("names") == ["alice"]
    assert guestbook.sign("bob") == 1
    assert not set(children_of(guestbook.process)) & set(killed)


@pytest.mark.parametrize("processes", ["2"])
def test_no_front_outlives_a_core_that_is_killed(guestbook):
    guestbook.sign("alice")
    children = children_of(guestbook.process)

    guestbook.process.kill()
    guestbook.process.start()
    guestbook.agent.close()
    guestbook.agent = HttpAgent(guestbook.process.url, FastIdentity())

    assert guestbook.ask("names") == ["alice"]
    assert not [pid for pid in children if is_alive(pid)]


def test_an_address_in_use_is_said_so(guestbook, tmp_path, module, processes):
    second = ReplicaProcess(
        tmp_path / "second", arguments=("--processes", processes, "--port", str(guestbook.process.port))
    )

    assert second.run_to_its_end() == 2
    assert "cannot listen on 127.0.0.1" in second.log()
    assert httpx.get(f"{guestbook.process.url}/_/health", trust_env=False).is_success
