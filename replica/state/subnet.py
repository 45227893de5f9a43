"""What the subnet itself remembers from round to round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgpack

from replica.state.cycles import decode_cycles, encode_cycles
from replica.state.store import Store

# Where dfx and PocketIC number canisters from, so that ids look as people expect them to.
FIRST_CANISTER_COUNTER: Final = 0x8000_0000_0010_0000

_KEY: Final = b"subnet"
_CYCLES: Final = slice(6, 8)


@dataclass(slots=True)
class Subnet:
    """Mutable, written with every round. Minted less burnt is what all canisters hold or have in flight."""

    root_key_der: bytes = b""
    round_index: int = 0
    time_ns: int = 0
    next_canister_number: int = 1
    next_canister_counter: int = FIRST_CANISTER_COUNTER
    next_ingress_number: int = 0
    cycles_minted: int = 0
    cycles_burnt: int = 0
    execution_count: int = 0
    """Of messages that changed, or could have changed, a canister."""

    @classmethod
    def load(cls, store: Store) -> Subnet:
        data = store.tables["meta"].get(_KEY)
        if data is None:
            return cls()
        fields = msgpack.unpackb(data)
        fields[_CYCLES] = map(decode_cycles, fields[_CYCLES])
        return cls(*fields)

    def checkpoint(self) -> tuple[int, ...]:
        """What a message may change."""
        return self.next_canister_number, self.next_canister_counter, self.cycles_minted, self.cycles_burnt

    def restore(self, checkpoint: tuple[int, ...]) -> None:
        self.next_canister_number, self.next_canister_counter, self.cycles_minted, self.cycles_burnt = checkpoint

    def save(self, store: Store) -> None:
        fields = [
            self.root_key_der,
            self.round_index,
            self.time_ns,
            self.next_canister_number,
            self.next_canister_counter,
            self.next_ingress_number,
            encode_cycles(self.cycles_minted),
            encode_cycles(self.cycles_burnt),
            self.execution_count,
        ]
        store.tables["meta"].put(_KEY, msgpack.packb(fields))
