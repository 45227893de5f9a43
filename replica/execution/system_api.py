"""The seam between routing and execution: what a canister may ask of the system, and how it is asked to run.

Routing owns messages, queues, cycles and storage transactions; execution owns code. For each message routing makes one
`SystemApi` and calls `Module.run(entry, api)`. Whatever the execution did is committed when `run` returns and undone
when it raises `Trap`. Interface spec, "Execution".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, Protocol

from replica.reject import RejectCode


class Context(Enum):
    """Where an execution stands, and with that what it may use. Interface spec, "Overview of imports"."""

    INIT = auto()
    PRE_UPGRADE = auto()
    POST_UPGRADE = auto()
    UPDATE = auto()
    QUERY = auto()  # non-replicated: data certificate available, nothing is kept
    REPLICATED_QUERY = auto()
    COMPOSITE_QUERY = auto()
    REPLY = auto()  # after an await that was answered
    REJECT = auto()  # after an await that was refused
    HEARTBEAT = auto()
    TIMER = auto()
    INSPECT = auto()


# -- What routing asks execution to do -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Init:
    arg: bytes


@dataclass(frozen=True, slots=True)
class PreUpgrade:
    pass


@dataclass(frozen=True, slots=True)
class PostUpgrade:
    arg: bytes


@dataclass(frozen=True, slots=True)
class Inspect:
    method: str
    arg: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """An update, query or composite query; `api.context` says which."""

    method: str
    arg: bytes


@dataclass(frozen=True, slots=True)
class Heartbeat:
    pass


@dataclass(frozen=True, slots=True)
class Timer:
    """A due timer; `function` is the name of a top-level function of the module."""

    function: str


@dataclass(frozen=True, slots=True)
class Reply:
    arg: bytes


@dataclass(frozen=True, slots=True)
class Rejection:
    code: RejectCode
    message: str


class Continuation(Protocol):
    """What execution wants back when a call it made is answered; opaque to routing, lives in memory only."""


@dataclass(frozen=True, slots=True)
class Resume:
    continuation: Continuation
    response: Reply | Rejection


Entry = Init | PreUpgrade | PostUpgrade | Inspect | Call | Heartbeat | Timer | Resume

MethodKind = Literal["update", "query", "composite_query"]


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    kind: MethodKind


class Module(Protocol):
    """Code that can run: shared by every canister whose module hash is `hash`, and without state of its own."""

    hash: bytes
    name: str
    methods: Mapping[str, Method]
    has_inspect_message: bool
    has_heartbeat: bool
    candid: str
    """The Candid service, published as metadata `candid:service`."""

    def run(self, entry: Entry, api: SystemApi) -> None:
        """Execute one message to its end or to its next await.

        Answers go through `api.reply` and `api.reject`, calls through `api.call`. Raises `Trap`. An entry the module
        does not have (no `init`, no hooks, no heartbeat) does nothing; an unknown method traps with `IC0536`.
        """
        ...


class InvalidModule(Exception):
    """The bytes are not a module this engine runs; the message names file and line where there is one."""


class Engine(Protocol):
    def load(self, module_bytes: bytes) -> Module:
        """Make a module runnable, or return the one already loaded for these bytes. Raises `InvalidModule`."""
        ...


# -- What execution may ask of routing -------------------------------------------------------------------------------


class CanisterState(Protocol):
    """The stable memory of one canister, inside the transaction of the message that runs.

    Stable maps are ordered by nothing: execution sorts where order matters. Both kinds of stable memory count towards
    the memory of the canister.
    """

    def map_get(self, memory_id: int, key: bytes) -> bytes | None: ...
    def map_put(self, memory_id: int, key: bytes, value: bytes) -> bytes | None:
        """Store, and return the previous value. Keys and values may have any length."""
        ...

    def map_delete(self, memory_id: int, key: bytes) -> bytes | None: ...
    def map_len(self, memory_id: int) -> int: ...
    def map_items(self, memory_id: int) -> Iterator[tuple[bytes, bytes]]: ...

    def stable_pages(self) -> int:
        """Size of the stable memory, raw and in maps, in pages of 64 KiB."""
        ...

    def stable_grow(self, pages: int) -> int | None:
        """Grow by `pages` and return the old size, or None if there is no room."""
        ...

    def stable_read(self, offset: int, size: int) -> bytes:
        """Raises `Trap` when out of bounds."""
        ...

    def stable_write(self, offset: int, data: bytes) -> None:
        """Raises `Trap` when out of bounds."""
        ...


class SystemApi(Protocol):
    """One execution's view of the system. Execution checks `context` before it asks; routing enforces the rest."""

    context: Context
    canister_id: bytes
    caller: bytes
    time_ns: int
    arg: bytes
    """Raw argument of the message; after an await, the raw reply."""
    state: CanisterState

    def balance(self) -> int: ...
    def cycles_available(self) -> int: ...
    def cycles_accept(self, amount_max: int) -> int: ...
    def cycles_refunded(self) -> int: ...
    def set_certified_data(self, data: bytes) -> None:
        """Raises `Trap` above 32 bytes."""
        ...

    def data_certificate(self) -> bytes | None: ...
    def debug_print(self, text: str) -> None: ...
    def reply(self, arg: bytes) -> None:
        """Raises `Trap` if this call was answered before."""
        ...

    def reject(self, message: str) -> None:
        """Raises `Trap` if this call was answered before."""
        ...

    def cycles_burn(self, amount_max: int) -> int:
        """Destroy up to this many cycles of the balance, but none that keep the canister from freezing."""
        ...

    def call(
        self,
        callee: bytes,
        method: str,
        arg: bytes,
        cycles: int,
        continuation: Continuation,
        *,
        timeout_seconds: int | None = None,
    ) -> bool:
        """Queue a call that leaves when this execution commits.

        False if it cannot be sent: too many are out, or the balance would fall below the freezing limit. Raises `Trap`
        for more cycles than there are above it. With a timeout, at most 300 seconds, the answer is waited for until
        then only: it may be a rejection with code 6 although the callee ran. Kybra 0.7.1 has no such calls.
        """
        ...

    def deadline_ns(self) -> int:
        """Until when the caller of the call that runs waits for its answer; 0 for always."""
        ...

    def notify(self, callee: bytes, method: str, arg: bytes, cycles: int) -> bool:
        """Queue a call nobody waits for. False if it cannot be sent."""
        ...

    def set_timer(self, delay_seconds: int, function: str, *, repeat: bool) -> int:
        """Arm a timer and return its id. Timers are stored: they survive a restart of the replica, not an upgrade."""
        ...

    def clear_timer(self, timer_id: int) -> None: ...
    def accept_message(self) -> None: ...
    def performance_counter(self, kind: int) -> int:
        """0: instructions of this message; 1: of the whole call context. An estimate, NOT LIKE THE IC."""
        ...
