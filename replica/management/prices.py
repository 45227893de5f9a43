"""What things cost in cycles: the prices of the Internet Computer, as far as they are charged here.

NOT LIKE THE IC: instructions, storage over time and outgoing calls are free, since a laptop has no subnet to pay and
nothing counts instructions. Storage still sets the freezing limit, so canisters that run low learn of it as they would.
What is charged is burnt, and the subnet keeps the total: minted less burnt is what all canisters hold.
"""

from __future__ import annotations

from typing import Final

from replica.state.canister import Canister

CREATION: Final = 500_000_000_000
EXECUTION: Final = 5_000_000
INGRESS: Final = 1_200_000
INGRESS_BYTE: Final = 2_000
STORAGE_GIB_SECOND: Final = 127_000
PROVISIONAL_CYCLES: Final = 100_000_000_000_000

_GIB: Final = 2**30
_SECONDS_PER_DAY: Final = 86_400


def ingress(arg: bytes) -> int:
    return INGRESS + EXECUTION + INGRESS_BYTE * len(arg)


def freezing_limit(canister: Canister) -> int:
    """The balance below which a canister no longer starts messages: its storage for the freezing threshold."""
    return canister.stable_bytes * canister.settings.freezing_threshold * STORAGE_GIB_SECOND // _GIB


def idle_cycles_burned_per_day(canister: Canister) -> int:
    return canister.stable_bytes * _SECONDS_PER_DAY * STORAGE_GIB_SECOND // _GIB
