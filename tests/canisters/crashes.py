"""Kills the replica in the middle of something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.fixtures.people import System


@contextmanager
def dies_after(system: System, messages: int) -> Iterator[None]:
    """What is submitted inside runs for one round of about this many messages; then the replica is killed.

    Calls that other canisters have not answered by then are lost with the code that waited for them.
    """
    usual = system.replica.config.messages_per_round_max
    system.restart(messages_per_round_max=messages)
    yield
    system.replica.tick()
    system.restart(messages_per_round_max=usual)
    system.settle()
