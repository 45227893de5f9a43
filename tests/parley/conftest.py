"""The fixtures of these tests."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from parley import cli
from tests.fixtures.people import alice, bundles, engine, system, undeployed
from tests.fixtures.stack import stack

__all__ = ["alice", "bundles", "engine", "stack", "system", "undeployed"]

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `python -m parley ...`; gives the exit code and what was printed."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["parley", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return int(end.value.code or 0), capsys.readouterr().out

    return run
