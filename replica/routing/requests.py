"""What reaches routing from outside: requests whose form, signature and expiry ingress has already checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from replica.principal import Principal
from replica.reject import RejectCode

Path = tuple[bytes, ...]

METHOD_NAME_CHARACTERS_MAX: Final = 20_000
"""As many as a module may have in all its names; of a call between canisters as well."""


@dataclass(frozen=True, slots=True)
class CallRequest:
    """An ingress update call, or an update call of a query method. `effective_canister_id` comes from the URL."""

    request_id: bytes
    sender: Principal
    canister_id: Principal
    method_name: str
    arg: bytes
    ingress_expiry_ns: int
    effective_canister_id: Principal


@dataclass(frozen=True, slots=True)
class QueryRequest:
    request_id: bytes
    sender: Principal
    canister_id: Principal
    method_name: str
    arg: bytes
    effective_canister_id: Principal


@dataclass(frozen=True, slots=True)
class ReadStateRequest:
    """`effective_canister_id` is None on the subnet endpoints."""

    sender: Principal
    paths: tuple[Path, ...]
    effective_canister_id: Principal | None
    version: int = 2
    """Of the endpoint: version 3 shows the ranges of subnets in their own subtree only."""
    targets: frozenset[Principal] | None = None
    """The canisters that the sender's delegations are for; None is all."""


class ReadStateError(Exception):
    """A path that this reader may not see, or that nobody can; HTTP answers with this status and text."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


@dataclass(frozen=True, slots=True)
class QueryReplied:
    arg: bytes
    timestamp_ns: int
    signature: bytes
    """By the replica's node, whose id is `Replica.node_id`."""


@dataclass(frozen=True, slots=True)
class QueryRejected:
    code: RejectCode
    message: str
    error_code: str | None
    timestamp_ns: int
    signature: bytes


QueryReply = QueryReplied | QueryRejected
