"""The object that the `kybra` package knows as `_kybra_ic`: every function of the platform, for whoever runs now.

The package is shared and unmodified; its classes forward to this one object, which forwards to the `SystemApi` of the
running message. Calls that are awaited are not here: they happen by yielding (`driver.py`). Arguments are positional,
errors are those of Kybra's runtime.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn, ParamSpec, TypeVar

import kybra

from replica.candid import text as candid_text
from replica.candid.types import CandidError
from replica.execution.arguments import blob, natural, text
from replica.execution.candid_display import display
from replica.execution.contexts import Use
from replica.execution.conversion import principal_bytes
from replica.execution.failures import bottom_function
from replica.execution.outgoing import notification
from replica.execution.running import CONTRACT_VIOLATION, TRAP_CALLED, Running
from replica.execution.stable_maps import StableMaps
from replica.execution.stable_memory import StableMemory
from replica.reject import Trap

P = ParamSpec("P")
R = TypeVar("R")

# Plain integers: an `and` of flags would make a new flag object each time.
_ACCEPT_MESSAGE: Final = int(Use.ACCEPT_MESSAGE)
_ANSWER: Final = int(Use.ANSWER)
_ARGUMENT: Final = int(Use.ARGUMENT)
_CALL: Final = int(Use.CALL)
_CERTIFIED_DATA: Final = int(Use.CERTIFIED_DATA)
_CYCLES: Final = int(Use.CYCLES)
_PAID_CALL: Final = int(Use.PAID_CALL)
_REFUND: Final = int(Use.REFUND)
_REJECT_CODE: Final = int(Use.REJECT_CODE)
_REJECT_MESSAGE: Final = int(Use.REJECT_MESSAGE)
_TIMER: Final = int(Use.TIMER)

_REJECT_CODES: Final = (
    "NoError",
    "SysFatal",
    "SysTransient",
    "DestinationInvalid",
    "CanisterReject",
    "CanisterError",
    "Unknown",
)
_PAYMENT_PREFIX: Final = "with_payment128_"


class KybraIc(StableMaps, StableMemory):
    __slots__ = ()

    # -- who and when --------------------------------------------------------------------------------------------------

    def caller(self) -> kybra.Principal:
        return kybra.Principal(self._running().api.caller)

    def id(self) -> kybra.Principal:
        return kybra.Principal(self._running().api.canister_id)

    def time(self) -> int:
        return self._running().api.time_ns

    def performance_counter(self, kind: Any) -> int:
        running = self._running()
        if natural(kind, 32) > 1:
            running.fail(Trap(f"Error getting performance counter type {kind}", CONTRACT_VIOLATION))
        return running.api.performance_counter(kind)

    # -- the message ---------------------------------------------------------------------------------------------------

    def accept_message(self) -> None:
        running = self._allowed(_ACCEPT_MESSAGE, "accept_message")
        _system(running, running.api.accept_message)

    def method_name(self) -> str:
        return self._allowed(_ACCEPT_MESSAGE, "msg_method_name_size").inspected

    def arg_data_raw(self) -> bytes:
        return self._allowed(_ARGUMENT, "msg_arg_data_size").api.arg

    def arg_data_raw_size(self) -> int:
        return len(self.arg_data_raw())

    def reply(self, _name: str, value: Any) -> None:
        """Answer with one value of the method's declared type.

        Kybra finds the method by the name of the bottom frame. The package passes that name, but here the bottom is the
        host's, so it is looked for anew. A generator that was yielded, a timer's function or a wrapping decorator has
        another name than the method, and then this fails as it does in Kybra.
        """
        running = self._running()
        name = bottom_function(sys._getframe(1))
        method = running.runtime.methods.get(name)
        if method is None or not method.is_manual:
            raise SystemError(f'attempted to reply from "{name}", but it does not appear to be a canister method')
        self.reply_raw(method.encode_reply(value))

    def reply_raw(self, data: Any) -> None:
        running = self._allowed(_ANSWER, "msg_reply")
        _system(running, running.api.reply, blob(data))

    def reject(self, message: Any) -> None:
        running = self._allowed(_ANSWER, "msg_reject")
        _system(running, running.api.reject, text(message))

    def reject_code(self) -> dict[str, None]:
        running = self._allowed(_REJECT_CODE, "msg_reject_code")
        return {_REJECT_CODES[running.rejection.code if running.rejection is not None else 0]: None}

    def reject_message(self) -> str:
        rejection = self._allowed(_REJECT_MESSAGE, "msg_reject_msg_size").rejection
        return "" if rejection is None else rejection.message

    def trap(self, message: Any) -> NoReturn:
        self._running().fail(Trap(text(message), TRAP_CALLED))

    def print(self, message: Any) -> None:
        self._running().api.debug_print(text(message))

    # -- cycles and certified data -------------------------------------------------------------------------------------

    def canister_balance(self) -> int:
        running = self._running()
        return _in_64_bits(running, running.api.balance())

    def canister_balance128(self) -> int:
        return self._running().api.balance()

    def msg_cycles_available(self) -> int:
        running = self._allowed(_CYCLES, "msg_cycles_available")
        return _in_64_bits(running, running.api.cycles_available())

    def msg_cycles_available128(self) -> int:
        return self._allowed(_CYCLES, "msg_cycles_available128").api.cycles_available()

    def msg_cycles_accept(self, amount_max: Any) -> int:
        return self._allowed(_CYCLES, "msg_cycles_accept").api.cycles_accept(natural(amount_max, 64))

    def msg_cycles_accept128(self, amount_max: Any) -> int:
        return self._allowed(_CYCLES, "msg_cycles_accept128").api.cycles_accept(natural(amount_max, 128))

    def msg_cycles_refunded(self) -> int:
        running = self._allowed(_REFUND, "msg_cycles_refunded")
        return _in_64_bits(running, running.api.cycles_refunded())

    def msg_cycles_refunded128(self) -> int:
        return self._allowed(_REFUND, "msg_cycles_refunded128").api.cycles_refunded()

    def set_certified_data(self, data: Any) -> None:
        running = self._allowed(_CERTIFIED_DATA, "certified_data_set")
        _system(running, running.api.set_certified_data, blob(data))

    def data_certificate(self) -> bytes | None:
        return self._running().api.data_certificate()

    # -- Candid --------------------------------------------------------------------------------------------------------

    def candid_encode(self, source: Any) -> bytes:
        self._running()
        try:
            return candid_text.encode(text(source))
        except CandidError as error:
            raise kybra.CandidError(str(error)) from error

    def candid_decode(self, data: Any) -> str:
        self._running()
        try:
            return display(blob(data))
        except CandidError as error:
            raise kybra.CandidError(str(error)) from error

    # -- calls nobody waits for ----------------------------------------------------------------------------------------

    def notify_raw(self, callee: Any, method: Any, data: Any, cycles: Any) -> dict[str, Any]:
        return self._notify(principal_bytes(callee), text(method), blob(data), natural(cycles, 128))

    def __getattr__(self, name: str) -> Callable[[Sequence[Any]], dict[str, Any]]:
        """`notify_<Service>_<method>_wrapper` and `notify_with_payment128_...`, one pair per declared method."""
        if not name.startswith("notify_") or not name.endswith("_wrapper"):
            raise AttributeError(f"'ic' object has no attribute '{name}'")
        wanted = name.removeprefix("notify_").removesuffix("_wrapper")
        is_paid = wanted.startswith(_PAYMENT_PREFIX)
        runtime = self._running().runtime
        if wanted.removeprefix(_PAYMENT_PREFIX) not in runtime.notify_names:
            raise AttributeError(f"'ic' object has no attribute '{name}'")

        def notify(arguments: Sequence[Any]) -> dict[str, Any]:
            call = notification(arguments, runtime, is_paid=is_paid)
            return self._notify(call.callee, call.method, call.argument, call.cycles)

        return notify

    def _notify(self, callee: bytes, method: str, argument: bytes, cycles: int) -> dict[str, Any]:
        running = self._allowed(_CALL, "call_new")
        if cycles and not running.allowed & _PAID_CALL:
            running.refuse("call_cycles_add128")
        if _system(running, running.api.notify, callee, method, argument, cycles):
            return {"Ok": None}
        return {"Err": {"SysTransient": None}}

    # -- timers --------------------------------------------------------------------------------------------------------

    def set_timer(self, delay_seconds: Any, function: Any) -> int:
        return self._set_timer(delay_seconds, function, repeat=False)

    def set_timer_interval(self, interval_seconds: Any, function: Any) -> int:
        return self._set_timer(interval_seconds, function, repeat=True)

    def clear_timer(self, timer_id: Any) -> None:
        self._running().api.clear_timer(natural(timer_id, 64))

    def _set_timer(self, seconds: Any, function: Any, *, repeat: bool) -> int:
        running = self._allowed(_TIMER, "global_timer_set")
        name = running.runtime.table.function_name(function)
        if name is None:
            # NOT LIKE THE IC: any callable works there, and is gone after an upgrade. Stored timers need a name.
            what = getattr(function, "__qualname__", repr(function))
            running.fail(Trap(f"a timer needs a top-level function that can be found by name, not {what}", TRAP_CALLED))
        return running.api.set_timer(natural(seconds, 64), name, repeat=repeat)


PLATFORM: Final = KybraIc()
"""The one that the shared `kybra` package speaks to, whichever engine loaded what runs."""


def _system(running: Running, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Ask the system; if it traps, the message has trapped, whatever canister code does with it."""
    try:
        return function(*args, **kwargs)
    except Trap as trap:
        running.fail(trap)


def _in_64_bits(running: Running, amount: int) -> int:
    if amount >= 1 << 64:
        running.fail(Trap("cycles amount exceeds 64-bit representation"))
    return amount
