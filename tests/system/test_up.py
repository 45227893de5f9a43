"""`parley up` as a person uses it: start, look around, stop, start again with yesterday's data."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parley.places import ROOT
from parley.temporary import free_ports
from tests.fixtures.stack import eventually

START_SECONDS_MAX = 60.0


@pytest.fixture(scope="module")
def ports() -> list[int]:
    return free_ports(2)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


def parley(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "parley", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@contextmanager
def running(data: Path, ports: list[int]) -> Iterator[subprocess.Popen[bytes]]:
    """`parley up`, ready; stopped at the end as Ctrl-C would."""
    log = data.parent / "up.log"
    command = [sys.executable, "-m", "parley", "up", "--data", str(data), "--pool", "2"]
    command += ["--port", str(ports[0]), "--relay-port", str(ports[1])]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        eventually(lambda: "is running" in log.read_text(), timeout_seconds=START_SECONDS_MAX)
        assert "is running" in log.read_text(), log.read_text()
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, log.read_text()


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own address
        return bytes(answer.read())


def config(data: Path, ports: list[int]) -> dict[str, str]:
    website = json.loads((data / "deployment.json").read_text())["canisters"]["website"]
    return dict(json.loads(get(f"http://127.0.0.1:{ports[0]}/config.json?canisterId={website}")))


def test_a_first_start_serves_the_chat_and_a_second_one_keeps_what_people_said(data, ports):
    with running(data, ports):
        first = config(data, ports)
        demo = parley("demo", "--data", str(data))
        assert "11 direct messages" in demo.stdout, demo.stdout + demo.stderr

    with running(data, ports):
        second = config(data, ports)
        demo_again = parley("demo", "--data", str(data))
        status = parley("status", "--data", str(data))

    assert first == second
    assert "direct messages" not in demo_again.stdout
    assert "4 people, 1 public" in status.stdout, status.stdout + status.stderr


def test_a_running_system_tells_about_itself_and_changes_nothing_that_is_up_to_date(data, ports):
    with running(data, ports):
        status = parley("status", "--data", str(data))
        deploy = parley("deploy", "--data", str(data))
        canister_log = parley("logs", "user_index", "--data", str(data))
        relay_log = parley("logs", "relay", "--data", str(data))
        unknown = parley("logs", "nobody", "--data", str(data))
        visitor = parley("demo", "--to", "nobody_of_that_name", "--data", str(data))

    assert status.stdout.count("healthy") == 2, status.stdout + status.stderr
    assert deploy.stdout == ""
    assert (deploy.returncode, canister_log.returncode, relay_log.returncode) == (0, 0, 0)
    assert (unknown.returncode, visitor.returncode) == (1, 1)
    assert "user_index" in unknown.stdout
    assert "UserNotFound" in visitor.stdout


def test_a_second_up_on_the_same_ports_says_that_parley_runs_already(data, ports):
    with running(data, ports):
        second = parley("up", "--data", str(data), "--port", str(ports[0]), "--relay-port", str(ports[1]))

    assert second.returncode == 1
    assert "running" in second.stdout


def test_a_replica_that_dies_is_started_again_and_nothing_is_lost(data, ports):
    with running(data, ports):
        before = config(data, ports)
        pid = replica_pid(data)
        subprocess.run(["kill", "-9", str(pid)], check=True)
        eventually(lambda: is_serving(data, ports) and replica_pid(data) != pid, timeout_seconds=START_SECONDS_MAX)

        assert config(data, ports) == before


def test_keys_are_readable_by_their_owner_alone(data, ports):
    with running(data, ports):
        pass

    assert {path.stat().st_mode & 0o777 for path in (data / "identities").iterdir()} == {0o600}


def replica_pid(data: Path) -> int:
    """Of the process that holds the replica's directory."""
    pattern = f"replica --data {data / 'replica'}"
    found = subprocess.run(["pgrep", "-f", pattern], capture_output=True, text=True, check=False).stdout.split()
    return int(found[0]) if found else 0


def is_serving(data: Path, ports: list[int]) -> bool:
    try:
        return bool(config(data, ports))
    except OSError:
        return False
