"""People on a Synapse, and the runs that ask it what Parley is asked."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from bench.figures import Figures
from bench.generate import generate
from bench.peer.server import Server, running_server
from bench.requests_file import Script

_CLIENT: Final = "/_matrix/client/v3"
_SETUP_SECONDS_MAX: Final = 60.0
_SECONDS_BESIDES: Final = 2
# In all, and more than it can answer.
_REQUESTS_PER_SECOND: Final = 6_000


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody with a room, and what they prove with that they are."""

    token: str
    room_id: str


class Synapse:
    """A running server with people in it."""

    def __init__(self, server: Server, writers: int) -> None:
        self.version = server.version
        self._server = server
        with httpx.Client(base_url=self._url, timeout=_SETUP_SECONDS_MAX, trust_env=False) as client:
            self._writers = [_make_writer(client, number) for number in range(writers)]

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def send_messages(self, clients: int, seconds: float) -> Figures:
        count = _requests_each(clients, seconds)
        return self._run([_messages(writer, count) for writer in self._writers[:clients]], "event_id", seconds)

    def sync_nothing(self, clients: int, seconds: float) -> Figures:
        """Each asks again and again whether there is anything new, and there is not."""
        count = _requests_each(clients, seconds)
        with httpx.Client(base_url=self._url, timeout=_SETUP_SECONDS_MAX, trust_env=False) as client:
            requests = [_sync(writer, _read_to(client, writer)) for writer in self._writers[:clients]]
        return self._run([[request] * count for request in requests], "next_batch", seconds)

    def _run(self, scripts: Sequence[Script], mark: str, seconds: float) -> Figures:
        watched = [(self._server.pid, "Synapse")]
        return generate(self._server.port, scripts, watched=watched, mark=mark, seconds=seconds)


@contextmanager
def running_synapse(python: str, folder: Path, writers: int) -> Iterator[Synapse]:
    """With so many people who write, while the block runs. Raises `Problem`."""
    with running_server(python, folder) as server:
        yield Synapse(server, writers)


def _make_writer(client: httpx.Client, number: int) -> Writer:
    """Registers two people, and puts them into a room."""
    writer, peer = _register(client, f"writer{number}"), _register(client, f"peer{number}")
    room = {"preset": "trusted_private_chat", "is_direct": True, "invite": [peer["user_id"]]}
    room_id = _call(client, "POST", "/createRoom", room, token=writer["access_token"])["room_id"]
    _call(client, "POST", f"/rooms/{quote(room_id, safe='')}/join", {}, token=peer["access_token"])
    return Writer(writer["access_token"], room_id)


def _register(client: httpx.Client, name: str) -> dict[str, Any]:
    password = secrets.token_hex()
    return _call(
        client, "POST", "/register", {"auth": {"type": "m.login.dummy"}, "username": name, "password": password}
    )


def _read_to(client: httpx.Client, writer: Writer) -> str:
    """The token after which nothing is new."""
    since: str = _call(client, "GET", "/sync?timeout=0", None, token=writer.token)["next_batch"]
    return since


def _call(client: httpx.Client, method: str, path: str, body: object, token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = client.request(method, _CLIENT + path, json=body, headers=headers).raise_for_status()
    return dict(answer.json())


def _messages(writer: Writer, count: int) -> Script:
    run, room = secrets.token_hex(8), quote(writer.room_id, safe="")
    return [
        _http_request(
            "PUT",
            f"{_CLIENT}/rooms/{room}/send/m.room.message/{run}-{number}",
            writer.token,
            {"msgtype": "m.text", "body": f"message {number} of a run that measures how many there can be"},
        )
        for number in range(count)
    ]


def _sync(writer: Writer, since: str) -> bytes:
    return _http_request("GET", f"{_CLIENT}/sync?timeout=0&since={quote(since)}", writer.token, None)


def _requests_each(clients: int, seconds: float) -> int:
    return int(_REQUESTS_PER_SECOND * (seconds + _SECONDS_BESIDES)) // clients


def _http_request(method: str, path: str, token: str, body: Mapping[str, object] | None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
