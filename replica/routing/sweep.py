"""Looks for canisters that can no longer pay their upkeep, and has them uninstalled.

A canister that is used pays before it runs. One that nobody uses must be found, and 100,000 of them must not be loaded,
written or certified for it: a pass only reads records, some in each round, and begins anew after an hour. What it finds
is decided by the state and the time of rounds alone, so equal runs find equal things.

NOT LIKE THE IC: a canister that nobody uses may be found an hour late, on an idle replica later still, since that has
no rounds and is not woken for this. Until then a top-up saves it, and its module hash is still certified.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from replica.management import upkeep
from replica.state.canister import Canister
from replica.state.canister_table import CanisterTable

_PERIOD_NS: Final = 3_600_000_000_000
_RECORDS_PER_ROUND: Final = 100


class Sweep:
    def __init__(self, canisters: CanisterTable) -> None:
        self._canisters = canisters
        self._next_pass_ns = 0
        self._after: bytes | None = None  # the id the pass has come to; None between passes

    def bankrupt(self, now_ns: int) -> Iterator[Canister]:
        """Of the next few canisters, those that owe more than they have."""
        if self._after is None:
            if now_ns < self._next_pass_ns:
                return
            self._after, self._next_pass_ns = b"", now_ns + _PERIOD_NS
        entries = self._canisters.after(self._after, _RECORDS_PER_ROUND)
        self._after = entries[-1][0] if len(entries) == _RECORDS_PER_ROUND else None
        for canister_id, seen in entries:
            if seen is not None and sum(upkeep.owed(seen, now_ns)) > seen.balance:
                canister = self._canisters.get(canister_id)
                if canister is not None:
                    yield canister
