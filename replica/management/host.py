"""What the management canister stands on: the subnet it manages, as routing shows it, and the call it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from replica.execution.system_api import Context, Entry, Module
from replica.principal import Principal
from replica.routing.outcall import Destination, HttpRequest, Transform
from replica.state.canister import Canister
from replica.state.replicated_state import ReplicatedState

Args = Mapping[str, Any]
"""A decoded argument record; what its fields hold is what `management.did` says."""


@dataclass(slots=True)
class ManagementCall:
    """One call, and what its method leaves for later."""

    caller: Principal
    method: str
    arg: bytes
    cycles_available: int
    now_ns: int
    caller_version: int | None
    """The version of the calling canister; None if a user calls."""
    is_by_admin: bool = False
    """The caller is an admin of the subnet."""
    origin: Any = None
    """Whom to answer; only routing looks inside."""
    accepted: int = 0
    is_deferred: bool = False
    """The answer comes later, from somebody else."""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """What to do once the call's changes are kept."""

    def accept(self, amount: int) -> None:
        self.cycles_available -= amount
        self.accepted += amount


@dataclass(frozen=True, slots=True)
class Subnet:
    """What does not change while the replica runs."""

    subnet_id: Principal
    node_id: Principal
    version: str
    memory_bytes: int
    admins: frozenset[Principal]
    """Who may do what controllers may, short of changing a canister's code and settings."""
    provisional_canisters_max: int
    """How many canisters may ever exist before nobody gets one for nothing."""


class Host(Protocol):
    """The subnet as routing shows it."""

    state: ReplicatedState
    subnet: Subnet

    def is_module_allowed(self, module_hash: bytes) -> bool: ...

    allow_list_hint: str

    def is_hosted(self, canister_id: Principal) -> bool:
        """Whether the id lies in this subnet's ranges."""
        ...

    def random_bytes(self, count: int) -> bytes: ...

    def load(self, canister_id: Principal, module_bytes: bytes) -> Module:
        """Raises `Reject` if the bytes are not a module."""
        ...

    def module_of(self, canister: Canister) -> Module | None: ...

    def run_hook(
        self, canister: Canister, module: Module, entry: Entry, context: Context, *, caller: Principal, now_ns: int
    ) -> None:
        """Run `init` or an upgrade hook inside the transaction of this call. Raises `Trap`."""
        ...

    def await_stop(self, canister: Canister, call: ManagementCall) -> None:
        """Answer `call` when the stopping canister has stopped."""
        ...

    def cancel_stops(self, canister: Canister) -> None: ...

    def allows_outcall(self, destination: Destination) -> bool:
        """Whether the operator lets canisters call this server."""
        ...

    def check_outcall_capacity(self) -> None:
        """Raises `Reject` if no more requests may be under way."""
        ...

    def begin_outcall(self, call: ManagementCall, request: HttpRequest, transform: Transform | None) -> None:
        """Answer `call` when the request has ended."""
        ...

    def close_contexts(self, canister: Canister) -> None: ...


Handler = Callable[[Host, ManagementCall, Args], tuple[object, ...]]
"""A method: it returns its results, and is refused by raising `Reject`."""
