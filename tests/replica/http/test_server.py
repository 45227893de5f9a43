"""The replica as a process: it starts, stops when asked to, and is the same one when it starts again."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import cbor2
import httpx
import pytest

from parley.processes import Service, wait_until
from parley.temporary import free_ports
from replica.http.access import is_loopback
from replica.http.limits import Limits

HEAD_BYTES_MAX = Limits().head_bytes_max


@pytest.fixture
def service(tmp_path: Path):
    (port,) = free_ports(1)
    arguments = ["replica", "--data", str(tmp_path / "data"), "--port", str(port)]
    service = Service("replica", arguments, tmp_path / "replica.log")
    yield service, f"http://127.0.0.1:{port}/api/v2/status"
    service.stop()


def root_key_of(url: str) -> bytes | None:
    try:
        return cbor2.loads(httpx.get(url, trust_env=False).content)["root_key"]
    except httpx.HTTPError:
        return None


def test_a_replica_stops_when_asked_and_keeps_its_keys(service):
    replica, url = service
    root_keys = []
    for _ in range(2):
        replica.start()
        wait_until(lambda: root_key_of(url) is not None, replica, timeout_seconds=60)
        root_keys.append(root_key_of(url))
        replica.process.terminate()
        assert replica.process.wait(30) == 0

    assert root_keys[0] == root_keys[1]


def test_a_replica_whose_key_others_can_read_does_not_start(service, tmp_path):
    replica, url = service
    replica.start()
    wait_until(lambda: root_key_of(url) is not None, replica, timeout_seconds=60)
    replica.stop()
    key = tmp_path / "data" / "keys" / "root_key"
    key.chmod(0o644)

    replica.start()

    assert replica.process.wait(60) == 2
    assert f"chmod 600 {key}" in replica.last_lines()


def test_a_replica_is_reached_by_the_names_it_was_given(service):
    replica, url = service
    replica.arguments += ["--allow-host", "chat.example.org"]
    replica.start()
    wait_until(lambda: root_key_of(url) is not None, replica, timeout_seconds=60)

    def status_as(host: str) -> int:
        return httpx.get(url, headers={"host": host}, trust_env=False).status_code

    assert status_as("chat.example.org") == 200
    assert status_as("evil.example") == 403


def test_a_request_without_end_is_cut_off(service):
    replica, url = service
    replica.start()
    wait_until(lambda: root_key_of(url) is not None, replica, timeout_seconds=60)
    start = b"POST /api/v2/status HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n"
    chunk_count = (HEAD_BYTES_MAX - len(start)) // 5 + 1

    # Just over the bound, so that nothing is left unread when the connection closes, which would lose the answer.
    endless = [
        (start + b"x: " + b"y" * HEAD_BYTES_MAX)[: HEAD_BYTES_MAX + 1],
        (start + b"x: y\r\n" * HEAD_BYTES_MAX)[: HEAD_BYTES_MAX + 1],
        (start + b"\r\n0\r\n" + b"x: y\r\n" * HEAD_BYTES_MAX)[: HEAD_BYTES_MAX + 1],
        start + b"\r\n" + b"1\r\nz\r\n" * chunk_count,
    ]

    for request in endless:
        assert b"has more than 262144 bytes besides its body" in answer_to(request, url)
    whole = start + b"\r\n100000\r\n" + b"z" * 2**20 + b"\r\n0\r\n\r\n"
    assert b"405" in answer_to(whole, url)


def answer_to(request: bytes, url: str) -> bytes:
    with socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=30) as connection:
        connection.sendall(request)
        return connection.recv(4096)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104 - that it is not loopback is the point
        ("192.0.2.1", False),
        ("example.org", False),
    ],
)
def test_only_loopback_is_this_machine_alone(host, expected):
    assert is_loopback(host) is expected
