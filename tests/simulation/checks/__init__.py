"""What must hold when a run has come to rest: the invariants of docs/invariants.md, by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.checks import copies, direct_chats, groups, ownership, restarts

if TYPE_CHECKING:
    from tests.simulation.run import Simulation


def check_everything(simulation: Simulation) -> None:
    """Raises `AssertionError`, which begins with the number of the invariant."""
    simulation.machine.check_cycles()
    copies.check(simulation)
    direct_chats.check(simulation)
    groups.check(simulation)
    ownership.check(simulation)
    restarts.check(simulation)
