"""What an operator or a test may set. The limits of the Internet Computer are constants beside their checks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from replica.principal import Principal
from replica.routing.messages import MessageQueue
from replica.routing.outcall_policy import OutcallPolicy

VERSION: Final = "0.1.0"
"""Of the replica, as status and `subnet_info` tell it."""


def allow_every_module(module_hash: bytes) -> bool:
    """For tests only: whatever is installed runs with the rights of this process."""
    return True


def allow_no_module(module_hash: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ReplicaConfig:
    is_module_allowed: Callable[[bytes], bool] = allow_no_module
    allow_list_hint: str = "the operator lists allowed module hashes when starting the replica"
    """Ends the sentence that refuses a module: what to do about it."""
    map_size_bytes: int = 256 * 2**30
    """Address space set aside for the store, the most it can grow to; the file is only as large as its data."""
    is_durable: bool = True
    """False for simulations only: rounds are not flushed to the disk, so a power failure may lose or damage them."""
    disk_free_bytes_min: int = 256 * 2**20
    """With less free on the disk no new calls are taken in; 0 for no bound."""
    provisional_canisters_max: int = 200_000
    """Once so many canisters were ever created, nobody gets one with cycles out of nothing; 0 for nobody ever."""
    execution_seconds_max: float = 10.0
    """Code that runs longer is stopped by the watchdog."""
    ingress_per_round_max: int = 500
    messages_per_round_max: int = 20_000
    round_seconds_max: float = 2.0
    arrivals_max: int = 10_000
    """Ingress waiting for a round; more is refused as a passing overload."""
    calls_in_flight_max: int = 200_000
    """Calls between canisters that wait for an answer; more cannot be sent, as when a queue is full."""
    message_queue: Callable[[], MessageQueue] = deque
    """Makes what messages wait in between their arrival and their turn; the simulator puts its own here."""
    reply_kept_seconds: int = 300
    stop_timeout_seconds: int = 300
    heartbeat_interval_seconds: float = 1.0
    outcalls: OutcallPolicy = field(default_factory=OutcallPolicy.none)
    """Which servers canisters may call."""
    subnet_admins: frozenset[Principal] = frozenset()
    """Who may list all canisters, see their status, start, stop, uninstall and delete them."""
    certificate_age_seconds_max: float = 1.0
    """Older certificates are signed anew with the present time, as a subnet does every round."""
    ranges: tuple[tuple[Principal, Principal], ...] = (
        (Principal.from_counter(0), Principal.from_counter(0x7FFF_FFFF_FFFF_FFFF)),
        (Principal.from_counter(0x8000_0000_0010_0000), Principal.from_counter(0x8000_0000_001F_FFFF)),
    )
    """Canister ids hosted here: first those of mainnet, for `specified_id`, then those given out."""
