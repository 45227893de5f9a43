"""I6: a stale copy, brought up to date, equals a fresh one. Leaves every copy of the simulation up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.client_copy import ClientCopy

if TYPE_CHECKING:
    from tests.simulation.run import Simulation


def check(simulation: Simulation) -> None:
    for person in simulation.registered():
        stale, fresh = simulation.copies[person.name], ClientCopy(person)
        stale.sync()
        fresh.sync()
        assert stale.content() == fresh.content(), f"I6: the copy of {person.name} differs from a fresh one"
