"""I8: what everybody sees is the same after a crash, a restart and an upgrade; and the state itself, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.client_copy import ClientCopy

if TYPE_CHECKING:
    from tests.simulation.run import Simulation


def check(simulation: Simulation) -> None:
    machine = simulation.machine
    before = seen(simulation)
    machine.crash()  # compares the state with the last commit
    machine.restart()  # and this with the state before
    assert seen(simulation) == before, "I8: people see something else after a restart"
    for person in simulation.registered():
        assert person.user_id is not None
        simulation.operator.upgrade_user(person.user_id)
    machine.settle()
    assert seen(simulation) == before, "I8: people see something else after an upgrade"
    machine.check_cycles()


def seen(simulation: Simulation) -> list[object]:
    """What each person's client learns that knows nothing yet."""
    copies = [ClientCopy(person) for person in simulation.registered()]
    for copy in copies:
        copy.sync()
    return [copy.content() for copy in copies]
