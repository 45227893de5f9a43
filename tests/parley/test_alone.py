"""The command line with a replica that was started by itself, without the rest of Parley."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.replica_process import ReplicaProcess
from tests.parley.conftest import Run


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ReplicaProcess]:
    process = ReplicaProcess(tmp_path / "alone")
    process.start()
    yield process
    process.stop()


def test_a_replica_by_itself_is_found_by_its_directory(run: Run, process: ReplicaProcess, tmp_path: Path):
    data = ("--data", str(process.data))

    canister_id = run("canister", "create", *data)[1].strip()
    code, status = run("status", *data)

    assert code == 0
    assert process.url in status
    assert "Relay" not in status
    assert canister_id in run("canister", "list", *data)[1]

    code, said = run("backup", str(tmp_path / "backup"), *data)
    assert code == 0, said
    process.stop()
    code, said = run("restore", str(tmp_path / "backup"), "--data", str(tmp_path / "restored"))
    assert code == 0, said
    assert f"python -m replica --data {tmp_path / 'restored'}" in said
    process.data.rename(tmp_path / "old")
    (tmp_path / "restored").rename(process.data)
    process.start()
    assert canister_id in run("canister", "list", *data)[1]


def test_the_memory_of_all_processes_counts(run: Run, process: ReplicaProcess):
    from parley.operator_client import OperatorClient

    operator = OperatorClient(process.data / "operator-token")

    status = operator.status()

    operator.close()
    # Two Python processes, each with what it imports.
    assert status["resident_bytes"] > 2 * 30 * 2**20
