"""Where the parts of a running system answer, kept beside its data so that other commands find them."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import httpx

from parley.deployment import replace_file
from parley.problems import Problem

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8080
DEFAULT_RELAY_PORT: Final = 8090


@dataclass(frozen=True, slots=True)
class Addresses:
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    relay_port: int = DEFAULT_RELAY_PORT

    @property
    def replica_url(self) -> str:
        return f"http://{self._reachable_host}:{self.port}"

    @property
    def relay_url(self) -> str:
        return f"http://{self._reachable_host}:{self.relay_port}"

    def canister_url(self, canister_id: object, path: str = "/") -> str:
        """Where a browser opens a canister. Browsers resolve every name under `localhost` to this machine."""
        return f"http://{canister_id}.localhost:{self.port}{path}"

    def save(self, path: Path) -> None:
        replace_file(path, json.dumps(asdict(self)).encode() + b"\n")

    @classmethod
    def load(cls, path: Path) -> Addresses:
        return cls(**json.loads(path.read_text())) if path.exists() else cls()

    @property
    def _reachable_host(self) -> str:
        return DEFAULT_HOST if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104  # compared, not bound


def is_healthy(url: str, *, timeout_seconds: float = 2.0) -> bool:
    """Whether a replica answers at `url`."""
    try:
        return httpx.get(f"{url}/api/v2/status", timeout=timeout_seconds, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def check_ports_are_free(addresses: Addresses) -> None:
    for what, port in (("replica", addresses.port), ("relay", addresses.relay_port)):
        if _is_free(addresses.host, port):
            continue
        option = "--port" if what == "replica" else "--relay-port"
        if what == "replica" and is_healthy(addresses.replica_url, timeout_seconds=0.5):
            raise Problem(
                f"A replica is running at {addresses.replica_url} already.",
                f"Stop it first, or choose another place with {option} and --data.",
            )
        raise Problem(f"Port {port}, which the {what} needs, is in use.", f"Choose another one with {option}.")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As servers do: a connection of an earlier run that is still fading away does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
