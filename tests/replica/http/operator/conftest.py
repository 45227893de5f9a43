"""A replica behind HTTP that has an operator, and ways to ask as one, as a browser of theirs, and as others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from replica.http.operator.access import OperatorAccess
from replica.principal import Principal
from replica.rng import SeededRng
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import ScriptedEngine
from tests.replica.http.web import Web

TOKEN = "the operator's token"
OWN_ORIGIN = "http://localhost:8080"


class Stopwatch:
    """What measures the age of links and sessions."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Operator:
    web: Web

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.web.get(path, headers={"authorization": f"Bearer {TOKEN}", **headers})

    def post(self, path: str, body: bytes = b"", **headers: str) -> httpx.Response:
        return self.web.post(path, body, headers={"authorization": f"Bearer {TOKEN}", **headers})

    def json(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.json()


@dataclass(frozen=True)
class Browser:
    """Sends the cookie it was given, and what browsers say of where a request comes from."""

    web: Web
    cookie: str

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.request("GET", path, **headers)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        sent = {"cookie": self.cookie, "accept": "text/html", "sec-fetch-site": "same-origin", **headers}
        return self.web.request(method, path, headers={name.replace("_", "-"): value for name, value in sent.items()})


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def web(replica: LocalReplica, stopwatch: Stopwatch) -> Iterator[Web]:
    web = Web(replica, operator=OperatorAccess(TOKEN, SeededRng(7), now_seconds=stopwatch))
    yield web
    web.close()


@pytest.fixture
def operator(web: Web) -> Operator:
    return Operator(web)


@pytest.fixture
def link(operator: Operator) -> str:
    """Where a new link leads."""
    path: str = operator.post("/_/links").json()["path"]
    return path


@pytest.fixture
def browser(web: Web, link: str) -> Browser:
    """The operator's, signed in."""
    return Browser(web, cookie_of(web.get(link)))


def cookie_of(response: httpx.Response) -> str:
    return response.headers["set-cookie"].partition(";")[0]


@pytest.fixture
def diary(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    """A canister whose log is nobody's business."""
    module = engine.define("diary", updates={"write": lambda ic, arg: (ic.debug_print(arg.decode()), ic.reply(b""))})
    canister_id = replica.canister(module)
    replica.update(canister_id, "write", b"dear <diary>")
    replica.update(canister_id, "write", b"second page")
    return canister_id
