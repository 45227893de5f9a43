"""What a canister's cycles were burnt for, by use; its controllers read it with `canister_metrics`.

A list with one total per use, in the order of `USES`. It is replaced and never changed in place, because checkpoints
of the record refer to it.
"""

from __future__ import annotations

from typing import Final

from replica.state.cycles import decode_cycles, encode_cycles

USES: Final = (
    "memory",
    "compute_allocation",
    "ingress_induction",
    "instructions",
    "request_and_response_transmission",
    "uninstall",
    "canister_creation",
    "http_outcalls",
    "burned_cycles",
)
"""As the management interface names them."""

(
    MEMORY,
    COMPUTE_ALLOCATION,
    INGRESS_INDUCTION,
    INSTRUCTIONS,
    TRANSMISSION,
    UNINSTALL,
    CANISTER_CREATION,
    HTTP_OUTCALLS,
    BURNED,
) = range(len(USES))

Consumed = list[int]

NOTHING_CONSUMED: Final[Consumed] = [0] * len(USES)
_IN_ONE_NUMBER: Final = 2**64


def encode(consumed: Consumed) -> list[int | bytes]:
    return [total if total < _IN_ONE_NUMBER else encode_cycles(total) for total in consumed]


def decode(stored: tuple[int | bytes, ...]) -> Consumed:
    """Uses that were not told apart when the record was stored begin at nothing."""
    totals = [total if isinstance(total, int) else decode_cycles(total) for total in stored]
    return totals + [0] * (len(USES) - len(totals))
