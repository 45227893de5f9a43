"""One canister's record: everything about it that is not in a table of its own.

The record is mutable because it is touched by every message. `checkpoint` and `restore` are how a trap undoes it: what
a checkpoint refers to is never changed in place, only replaced; of the totals of maps, which every write changes, the
first write after a checkpoint makes a copy.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import Any, Final, Literal

import msgpack

from replica.principal import Principal
from replica.state import consumption
from replica.state.consumption import NOTHING_CONSUMED
from replica.state.cycles import decode_cycles, encode_cycles

RunStatus = Literal["running", "stopping", "stopped"]
Visibility = Literal["controllers", "public"] | tuple[Principal, ...]

PAGE_BYTES: Final = 65_536
LOG_BYTES_MAX: Final = 2 * 2**20
"""The most that `log_memory_limit` may be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What controllers may set, with the defaults of the Internet Computer. Interface spec, "update_settings"."""

    compute_allocation: int = 0
    memory_allocation: int = 0
    freezing_threshold: int = 2_592_000
    reserved_cycles_limit: int = 5_000_000_000_000
    minimum_incoming_canister_call_cycles: int = 0
    wasm_memory_limit: int = 3_221_225_472
    wasm_memory_threshold: int = 0
    log_memory_limit: int = 4_096
    log_visibility: Visibility = "controllers"
    snapshot_visibility: Visibility = "controllers"
    status_visibility: Visibility = "controllers"
    environment_variables: tuple[tuple[str, str], ...] = ()


DEFAULT_SETTINGS: Final = Settings()
_VISIBILITIES: Final = ("log_visibility", "snapshot_visibility", "status_visibility")
_FIELDS_OF_0_1_0: Final = 19
# What a record lacks that an earlier version stored; new fields go to the end, here too.
_LATER_FIELDS: Final[tuple[Any, ...]] = (0, 0, ())


class Canister:
    """The record. Fields that `checkpoint` leaves out live in memory only."""

    __slots__ = (
        "are_totals_shared",
        "balance",
        "certified_data",
        "certified_view",
        "changes_total",
        "code_epoch",
        "consumed",
        "controllers",
        "created_at_ns",
        "cycles_in_flight",
        "has_heartbeat",
        "id",
        "installed_at_ns",
        "instructions",
        "kept_bytes",
        "log_bytes",
        "log_first",
        "log_next",
        "map_totals",
        "module_hash",
        "next_timer_id",
        "number",
        "paid_until_ns",
        "prefix",
        "raw_pages",
        "settings",
        "stable_bytes",
        "state",
        "status",
        "version",
    )

    def __init__(self, canister_id: Principal, number: int) -> None:
        self.id = canister_id
        self.number = number
        self.controllers: tuple[Principal, ...] = ()
        self.status: RunStatus = "running"
        self.balance = 0
        self.cycles_in_flight = 0  # sent with calls, and neither accepted nor returned yet
        self.version = 0
        self.module_hash: bytes | None = None
        self.has_heartbeat = False
        self.certified_data = b""
        self.map_totals: dict[int, tuple[int, int]] = {}  # memory id -> entries, bytes
        self.stable_bytes = 0  # of all maps and raw pages
        self.raw_pages = 0
        self.next_timer_id = 1
        self.log_first = 0
        self.log_next = 0
        self.log_bytes = 0
        self.changes_total = 0
        self.created_at_ns = 0
        self.installed_at_ns = 0
        self.settings = DEFAULT_SETTINGS
        self.paid_until_ns = 0  # for storage and compute; 0 in records that were stored before anything was charged
        self.kept_bytes = 0  # of module, chunks and snapshots: memory that is not stable memory
        self.consumed = NOTHING_CONSUMED
        self.are_totals_shared = False  # whether a checkpoint refers to `map_totals`
        self.certified_view: tuple[Any, ...] | None = None  # what the state tree shows of this record
        self.code_epoch = 0  # rises when code is replaced: continuations of earlier code must not run
        self.instructions = 0  # of the execution that runs, or ran last
        self.prefix = number.to_bytes(4, "big")  # starts this canister's keys in every table
        self.state: Any = None  # its StableState, set by the canister table

    def drop_continuations(self) -> None:
        """The code was replaced: what earlier code was waiting for must not come back to it."""
        self.code_epoch += 1

    def checkpoint(self) -> tuple[Any, ...]:
        self.are_totals_shared = True
        return (
            self.controllers,
            self.status,
            self.balance,
            self.cycles_in_flight,
            self.version,
            self.module_hash,
            self.has_heartbeat,
            self.certified_data,
            self.map_totals,
            self.stable_bytes,
            self.raw_pages,
            self.next_timer_id,
            self.log_first,
            self.log_next,
            self.log_bytes,
            self.changes_total,
            self.created_at_ns,
            self.installed_at_ns,
            self.settings,
            self.paid_until_ns,
            self.kept_bytes,
            self.consumed,
        )

    def restore(self, checkpoint: tuple[Any, ...]) -> None:
        self.are_totals_shared = True
        (
            self.controllers,
            self.status,
            self.balance,
            self.cycles_in_flight,
            self.version,
            self.module_hash,
            self.has_heartbeat,
            self.certified_data,
            self.map_totals,
            self.stable_bytes,
            self.raw_pages,
            self.next_timer_id,
            self.log_first,
            self.log_next,
            self.log_bytes,
            self.changes_total,
            self.created_at_ns,
            self.installed_at_ns,
            self.settings,
            self.paid_until_ns,
            self.kept_bytes,
            self.consumed,
        ) = checkpoint

    def encode(self) -> bytes:
        fields = list(self.checkpoint())
        fields[2] = encode_cycles(self.balance)
        fields[3] = encode_cycles(self.cycles_in_flight)
        fields[18] = None if self.settings is DEFAULT_SETTINGS else _encode_settings(self.settings)
        fields[21] = consumption.encode(self.consumed)
        encoded: bytes = msgpack.packb([self.number, *fields])
        return encoded

    @classmethod
    def decode(cls, canister_id: Principal, data: bytes) -> Canister:
        number, *fields = msgpack.unpackb(data, use_list=False, strict_map_key=False)
        canister = cls(canister_id, number)
        fields[0] = tuple(Principal(raw) for raw in fields[0])
        fields[2] = decode_cycles(fields[2])
        fields[3] = decode_cycles(fields[3])
        fields[18] = DEFAULT_SETTINGS if fields[18] is None else _decode_settings(fields[18])
        if len(fields) == _FIELDS_OF_0_1_0:
            # Version 0.1.0 took any promise and charged nothing for it. Charging now would ruin who made one.
            fields[18] = replace(fields[18], compute_allocation=0, memory_allocation=0)
        fields += _LATER_FIELDS[len(fields) - _FIELDS_OF_0_1_0 :]
        fields[21] = consumption.decode(fields[21])
        canister.restore(tuple(fields))
        return canister


def _encode_settings(settings: Settings) -> list[object]:
    return [encode_cycles(value) if isinstance(value, int) else value for value in astuple(settings)]


def _decode_settings(values: tuple[Any, ...]) -> Settings:
    named = dict(zip(Settings.__slots__, values, strict=True))
    for name, value in named.items():
        if isinstance(value, bytes):
            named[name] = decode_cycles(value)
        elif name in _VISIBILITIES and not isinstance(value, str):
            named[name] = tuple(Principal(raw) for raw in value)
    # Version 0.1.0 took any number, and did nothing with it.
    named["log_memory_limit"] = min(named["log_memory_limit"], LOG_BYTES_MAX)
    return Settings(**named)
