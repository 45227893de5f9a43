"""What things cost in cycles: the prices of a subnet of 13 nodes. `docs/cycles.md` says how they are applied.

What is charged is burnt, and the subnet keeps the total: minted less burnt is what canisters hold or have in flight.
"""

from __future__ import annotations

from typing import Final

from replica.state.canister import Canister

CREATION: Final = 500_000_000_000
EXECUTION: Final = 5_000_000
"""Beside one cycle for each instruction, which are estimated: `replica/state/instructions.py`."""
INGRESS: Final = 1_200_000
INGRESS_BYTE: Final = 2_000
CALL: Final = 260_000
"""A call to another canister and its response, paid by the caller."""
CALL_BYTE: Final = 1_000
"""Of method name, argument and response. NOT LIKE THE IC: calls within one subnet count as calls between subnets."""
RESPONSE_RESERVED: Final = 2 * 2**20 * CALL_BYTE + EXECUTION
"""Held back while a call is out: the largest response, and the callback that receives it."""
STORAGE_GIB_SECOND: Final = 127_000
COMPUTE_PERCENT_SECOND: Final = 10_000_000
PROVISIONAL_CYCLES: Final = 100_000_000_000_000

_GIB: Final = 2**30
_NS: Final = 1_000_000_000
_SECONDS_PER_DAY: Final = 86_400


def ingress(arg: bytes) -> int:
    return INGRESS + INGRESS_BYTE * len(arg)


def memory_bytes(canister: Canister) -> int:
    """What a canister pays storage for: what it uses, or what is set aside for it if that is more."""
    return max(canister.stable_bytes + canister.kept_bytes, canister.settings.memory_allocation)


def memory(canister: Canister, duration_ns: int) -> int:
    return memory_bytes(canister) * duration_ns * STORAGE_GIB_SECOND // (_GIB * _NS)


def compute_allocation(canister: Canister, duration_ns: int) -> int:
    return canister.settings.compute_allocation * duration_ns * COMPUTE_PERCENT_SECOND // _NS


def freezing_limit(canister: Canister) -> int:
    """The balance below which a canister no longer starts messages: its upkeep for the freezing threshold."""
    settings = canister.settings
    limit = memory_bytes(canister) * settings.freezing_threshold * STORAGE_GIB_SECOND // _GIB
    if settings.compute_allocation:
        limit += settings.compute_allocation * settings.freezing_threshold * COMPUTE_PERCENT_SECOND
    return limit


def idle_cycles_burned_per_day(canister: Canister) -> int:
    day_ns = _SECONDS_PER_DAY * _NS
    return memory(canister, day_ns) + compute_allocation(canister, day_ns)
