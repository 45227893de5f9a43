"""Turns what Kybra's `AsyncInfo` describes into a call to another canister, and its answer into a value.

`name` says what kind of call, `args` are `[principal, "Service.method", *values, cycles?]`, or
`[principal, method, bytes, cycles]` for raw calls. Values are encoded with the types that the `Service` class declares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import kybra

from replica.execution.arguments import blob, natural, text
from replica.execution.conversion import principal_bytes
from replica.execution.running import TRAP_CALLED
from replica.execution.runtime import Runtime, UndecodableReply
from replica.execution.system_api import Rejection, Reply
from replica.principal import Principal
from replica.reject import RejectCode, Trap

_RAW: Final = {"call_raw": 64, "call_raw128": 128}
_WITH_CYCLES: Final = {"call_with_payment": 64, "call_with_payment128": 128}


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    callee: bytes
    method: str
    argument: bytes
    cycles: int
    decode_reply: Callable[[bytes], Any]


def outgoing_call(name: str, arguments: Sequence[Any], runtime: Runtime) -> OutgoingCall:
    """The call a generator yielded."""
    if name in _RAW:
        callee, method, data, cycles = arguments
        return OutgoingCall(principal_bytes(callee), text(method), blob(data), natural(cycles, _RAW[name]), _as_is)
    if name != "call" and name not in _WITH_CYCLES:
        raise SystemError(f"async operation '{name}' not supported")
    return _service_call(arguments, runtime, cycles_bits=_WITH_CYCLES.get(name), cycles_at=_after_values)


def notification(arguments: Sequence[Any], runtime: Runtime, *, is_paid: bool) -> OutgoingCall:
    """The call of a `.notify()`; unlike in a call that is awaited, its cycles are whatever comes last."""
    return _service_call(arguments, runtime, cycles_bits=128 if is_paid else None, cycles_at=_last)


def _after_values(arguments: Sequence[Any], end: int) -> Any:
    return arguments[end]


def _last(arguments: Sequence[Any], end: int) -> Any:
    return arguments[-1]


def _service_call(
    arguments: Sequence[Any],
    runtime: Runtime,
    *,
    cycles_bits: int | None,
    cycles_at: Callable[[Sequence[Any], int], Any],
) -> OutgoingCall:
    """A call of a declared service method. What does not convert raises, as it does in Kybra."""
    callee, qualified = principal_bytes(arguments[0]), text(arguments[1])
    method = runtime.services.get(qualified)
    if method is None:
        raise AttributeError(f"canister '{Principal(callee)}' has no attribute '{qualified}'")
    end = 2 + method.parameter_count
    if len(arguments) < end + (cycles_bits is not None):
        text_of_panic = f"the len is {len(arguments)} but the index is {len(arguments)}"
        raise Trap(f"Panicked at 'index out of bounds: {text_of_panic}', src/lib.rs", TRAP_CALLED)
    argument = method.encode_arguments(arguments[2:end])
    cycles = 0 if cycles_bits is None else natural(cycles_at(arguments, end), cycles_bits)
    return OutgoingCall(callee, method.name, argument, cycles, method.decode_reply)


def _as_is(data: bytes) -> bytes:
    return data


def result_of(response: Reply | Rejection, decode_reply: Callable[[bytes], Any]) -> kybra.CallResult[Any]:
    """What an await answers: a rejection is a value with `Err`, never raised."""
    if isinstance(response, Rejection):
        return rejected(response.code, response.message)
    try:
        return kybra.CallResult(decode_reply(response.arg), None)
    except UndecodableReply as error:
        return rejected(RejectCode.CANISTER_ERROR, str(error))


def rejected(code: RejectCode, message: str) -> kybra.CallResult[Any]:
    return kybra.CallResult(None, f"Rejection code {int(code)}, {message}")
