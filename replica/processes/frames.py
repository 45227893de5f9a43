"""What fronts and core say to each other: MessagePack arrays, one after the other, both ends from the same release.

    front -> core   [number, kind, ...]     a question; `number` is the front's own
    core -> front   [number, outcome, ...]  its answer, in any order

The first frame of all is the core's: `Hello`, with what a front must know. It holds secrets, which is why the channel
is a socket pair that nobody else can open.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, NamedTuple

import msgpack

from replica.principal import Principal
from replica.reject import Reject, RejectCode
from replica.routing.requests import (
    CallRequest,
    QueryRejected,
    QueryReplied,
    QueryReply,
    QueryRequest,
    ReadStateRequest,
)

# A frame holds at most one argument or one certificate; many may wait for a reader that is busy.
BUFFER_BYTES_MAX: Final = 512 * 2**20


class Kind(IntEnum):
    CALL = 0
    SUBMIT = 1
    QUERY = 2
    READ_STATE = 3
    OVERSEE = 4
    ADVANCE_TIME = 5


class Outcome(IntEnum):
    DONE = 0
    REJECTED = 1
    READ_STATE_REFUSED = 2
    ROUND_FAILED = 3
    MISTAKE = 4
    """Of the core's own; its log says which."""


class Hello(NamedTuple):
    root_key_der: bytes
    subnet_id: bytes
    node_id: bytes
    node_seed: bytes
    operator_token: str
    clock_ahead_ns: int
    """Of the machine's clock; the front's must be so as well."""


def unpacker() -> Any:
    """Feed it what was received and iterate over the frames that are whole."""
    return msgpack.Unpacker(use_list=False, max_buffer_size=BUFFER_BYTES_MAX)


def pack(*values: object) -> bytes:
    packed: bytes = msgpack.packb(values)
    return packed


def pack_call(
    number: int, kind: Kind, request: CallRequest, *, is_welcome: bool, timeout_seconds: float | None = None
) -> bytes:
    """`timeout_seconds` is how long the front waits for the end of the call."""
    return pack(
        number,
        kind,
        is_welcome,
        timeout_seconds,
        request.request_id,
        request.sender,
        request.canister_id,
        request.method_name,
        request.arg,
        request.ingress_expiry_ns,
        request.effective_canister_id,
    )


def read_call(fields: tuple[Any, ...]) -> CallRequest:
    request_id, sender, canister_id, method_name, arg, expiry_ns, effective_canister_id = fields
    return CallRequest(
        request_id,
        Principal(sender),
        Principal(canister_id),
        method_name,
        arg,
        expiry_ns,
        Principal(effective_canister_id),
    )


def pack_query(number: int, request: QueryRequest) -> bytes:
    return pack(
        number,
        Kind.QUERY,
        request.request_id,
        request.sender,
        request.canister_id,
        request.method_name,
        request.arg,
        request.effective_canister_id,
    )


def read_query(fields: tuple[Any, ...]) -> QueryRequest:
    request_id, sender, canister_id, method_name, arg, effective_canister_id = fields
    return QueryRequest(
        request_id, Principal(sender), Principal(canister_id), method_name, arg, Principal(effective_canister_id)
    )


def pack_query_reply(number: int, reply: QueryReply) -> bytes:
    if isinstance(reply, QueryReplied):
        return pack(number, Outcome.DONE, reply.arg, reply.timestamp_ns, reply.signature)
    fields = reject_fields(Reject(reply.code, reply.message, reply.error_code))
    return pack(number, Outcome.REJECTED, *fields, reply.timestamp_ns, reply.signature)


def read_query_reply(outcome: int, fields: tuple[Any, ...]) -> QueryReply:
    if outcome == Outcome.DONE:
        return QueryReplied(*fields)
    code, message, error_code, timestamp_ns, signature = fields
    return QueryRejected(RejectCode(code), message, error_code, timestamp_ns, signature)


def pack_read_state(number: int, request: ReadStateRequest) -> bytes:
    targets = None if request.targets is None else tuple(request.targets)
    return pack(
        number,
        Kind.READ_STATE,
        request.sender,
        request.paths,
        request.effective_canister_id,
        request.version,
        targets,
    )


def read_read_state(fields: tuple[Any, ...]) -> ReadStateRequest:
    sender, paths, effective_canister_id, version, targets = fields
    return ReadStateRequest(
        Principal(sender),
        paths,
        None if effective_canister_id is None else Principal(effective_canister_id),
        version,
        None if targets is None else frozenset(map(Principal, targets)),
    )


def reject_fields(reject: Reject) -> tuple[int, str, str | None]:
    return int(reject.code), reject.message, reject.error_code


def read_reject(fields: tuple[Any, ...]) -> Reject:
    code, message, error_code = fields
    return Reject(RejectCode(code), message, error_code)
