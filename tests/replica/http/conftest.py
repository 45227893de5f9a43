"""A replica whose canisters are Python functions, behind the HTTP application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from replica.principal import Principal
from replica.reject import Trap
from tests.fixtures.replica import LocalReplica
from tests.fixtures.scripted_engine import Ic, ScriptedEngine
from tests.replica.http.web import Web


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def web(replica: LocalReplica) -> Iterator[Web]:
    web = Web(replica)
    yield web
    web.close()


@pytest.fixture
def echo(replica: LocalReplica, engine: ScriptedEngine) -> Principal:
    """A canister that says what it was told, or fails in the way its method is called."""
    module = engine.define(
        "echo",
        updates={"say": _say, "trap": _trap, "reject": _reject},
        queries={"ask": _say, "whoami": lambda ic, arg: ic.reply(ic.caller)},
        inspect_message=_inspect,
    )
    return replica.canister(module)


def _say(ic: Ic, arg: bytes) -> None:
    ic.reply(b"you said " + arg)


def _trap(ic: Ic, arg: bytes) -> None:
    raise Trap("Canister called `ic0.trap` with message: 'oh no'", "IC0503")


def _reject(ic: Ic, arg: bytes) -> None:
    ic.reject("not today")


def _inspect(ic: Ic, method: str, arg: bytes) -> None:
    if arg != b"unwelcome":
        ic.accept_message()
