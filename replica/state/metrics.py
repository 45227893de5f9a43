"""What the subnet tells about itself as a whole: the leaf `/subnet/<id>/metrics`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cbor2

_SELF_DESCRIBE: Final = b"\xd9\xd9\xf7"
_HALF_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Metrics:
    canister_count: int
    state_size_bytes: int
    """NOT LIKE THE IC: what the store takes on disk; nothing adds up the canisters."""
    cycles_consumed: int
    execution_count: int

    def encode(self) -> bytes:
        """Interface spec, "Subnet metrics"; cycles are two halves, of which the upper may be absent."""
        upper, lower = divmod(self.cycles_consumed, 1 << _HALF_BITS)
        fields = {
            "num_canisters": self.canister_count,
            "canister_state_bytes": self.state_size_bytes,
            "consumed_cycles_total": {0: lower, 1: upper or None},
            "update_transactions_total": self.execution_count,
        }
        return _SELF_DESCRIBE + cbor2.dumps(fields)
