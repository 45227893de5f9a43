"""HTTP requests made beforehand, one list per client, in a file that the generator reads before it starts its clock."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

from replica.principal import Principal

Script = Sequence[bytes]
"""What one client sends, in order."""


def http_request(port: int, path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/cbor\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def call_path(canister_id: Principal) -> str:
    return f"/api/v4/canister/{canister_id.text}/call"


def query_path(canister_id: Principal) -> str:
    return f"/api/v3/canister/{canister_id.text}/query"


def write_scripts(path: Path, scripts: Sequence[Script]) -> Path:
    path.write_bytes(pickle.dumps([list(script) for script in scripts]))
    return path


def read_scripts(path: Path) -> list[list[bytes]]:
    scripts: list[list[bytes]] = pickle.loads(path.read_bytes())  # noqa: S301  # written by this run
    return scripts
