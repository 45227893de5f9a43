"""Storage and compute allocation, which cost as time passes whether or not a canister does anything.

Nobody goes through all canisters for that. A canister owes what its record says, from `paid_until_ns` until now, and
pays when it is touched: before a message runs (at most every ten seconds) and before a management call changes it.
Whoever shows a balance shows it less what is owed. Routing looks for those that cannot pay, some in each round.
"""

from __future__ import annotations

from typing import Final

from replica.management import prices
from replica.state import consumption
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState

PERIOD_NS: Final = 10_000_000_000
"""How often a busy canister pays. The Internet Computer charges as often."""


def is_due(canister: Canister, now_ns: int) -> bool:
    return now_ns - canister.paid_until_ns >= PERIOD_NS


def owed(canister: Canister, now_ns: int) -> tuple[int, int]:
    """For memory, and for compute allocation."""
    if not canister.paid_until_ns or now_ns <= canister.paid_until_ns:
        return 0, 0
    duration_ns = now_ns - canister.paid_until_ns
    return prices.memory(canister, duration_ns), prices.compute_allocation(canister, duration_ns)


def balance_at(canister: Canister, now_ns: int) -> int:
    """The balance as it would be if everything owed were paid now."""
    return max(canister.balance - sum(owed(canister, now_ns)), 0)


def settle(state: ReplicatedState, canister: Canister, now_ns: int) -> bool:
    """Pay what is owed. False if the balance did not cover it. The caller has touched or marked the record."""
    for_memory, for_compute = owed(canister, now_ns)
    if for_memory == for_compute == 0 and canister.paid_until_ns and prices.memory_bytes(canister):
        return True  # too little to pay yet: it must add up, not be forgotten
    canister.paid_until_ns = max(now_ns, canister.paid_until_ns)
    paid = state.burn(canister, consumption.MEMORY, for_memory)
    paid += state.burn(canister, consumption.COMPUTE_ALLOCATION, for_compute)
    return paid == for_memory + for_compute
