"""Runs one message of a loaded canister: guard, arguments, function, answer, in Kybra's order.

`run` is the only way in and the only place where a Python exception of canister code becomes a trap. It holds no state
between messages: what a call in flight needs is in its `Await`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from replica.execution import map_layout
from replica.execution.contexts import AFTER_COMPOSITE_REJECT, AFTER_COMPOSITE_REPLY
from replica.execution.driver import Await, Task, drive, is_generator
from replica.execution.failures import describe, log_failure
from replica.execution.kybra_ic import KybraIc
from replica.execution.outgoing import result_of
from replica.execution.running import TRAP_CALLED, Running
from replica.execution.runtime import Runtime
from replica.execution.system_api import (
    Call,
    Context,
    Entry,
    Heartbeat,
    Init,
    Inspect,
    Method,
    PostUpgrade,
    PreUpgrade,
    Rejection,
    Resume,
    SystemApi,
    Timer,
)
from replica.reject import Trap

METHOD_NOT_FOUND: Final = "IC0536"


class KybraModule:
    """A canister's code, ready to run; implements `system_api.Module`."""

    def __init__(
        self, module_hash: bytes, name: str, methods: Mapping[str, Method], runtime: Runtime, ic: KybraIc
    ) -> None:
        self.hash = module_hash
        self.name = name
        self.methods = methods
        self.candid = runtime.candid
        self.has_inspect_message = "inspect_message" in runtime.hooks
        self.has_heartbeat = "heartbeat" in runtime.hooks
        self._runtime = runtime
        self._ic = ic

    def run(self, entry: Entry, api: SystemApi) -> None:
        """Execute one message to its end or to its next await; raises `Trap`."""
        running = Running(api, self._runtime)
        before, self._ic.current = self._ic.current, running
        try:
            _ENTRIES[type(entry)](self, running, entry)
        except BaseException as error:
            if _is_the_hosts(error):
                raise
            if running.trap is None:
                log_failure(error, api)
                raise Trap(describe(error), TRAP_CALLED) from error
        finally:
            self._ic.current = before
        if running.trap is not None:
            # Canister code swallowed it, or raised something else on the way out.
            raise running.trap

    # -- entries -------------------------------------------------------------------------------------------------------

    def _call(self, running: Running, entry: Call) -> None:
        method = self._runtime.methods.get(entry.method)
        if method is None:
            raise Trap(f"Canister has no {_kind(running)} method '{entry.method}'", METHOD_NOT_FOUND)
        if method.guard is not None and not _passes(method.guard, running):
            return
        result = method.function(*method.decode_arguments(entry.arg))
        if is_generator(result):
            drive(Task(self._ic, result, method.answer), running, None)
        else:
            method.answer(running, result)

    def _resume(self, running: Running, entry: Resume) -> None:
        waiting = entry.continuation
        if not isinstance(waiting, Await):
            raise TypeError("a continuation of another engine")
        running.rejection = entry.response if isinstance(entry.response, Rejection) else None
        if running.api.context is Context.COMPOSITE_QUERY:
            running.allowed = AFTER_COMPOSITE_REPLY if running.rejection is None else AFTER_COMPOSITE_REJECT
        self._drive(waiting.task, running, result_of(entry.response, waiting.decode_reply))

    def _timer(self, running: Running, entry: Timer) -> None:
        function = self._runtime.table.function_named(entry.function)
        if function is None:
            raise Trap(f"the timer's function {entry.function} does not exist in this code", TRAP_CALLED)
        result = function()
        if is_generator(result):
            self._drive(Task(self._ic, result, _ignore, is_timer=True), running, None)

    def _drive(self, task: Task, running: Running, value: Any) -> None:
        try:
            drive(task, running, value)
        except Exception as error:
            # Kybra drops what a timer's generator raises; nothing rolls back. At least it is logged here.
            if not task.is_timer or running.trap is not None:
                raise
            log_failure(error, running.api)

    def _heartbeat(self, running: Running, _entry: Heartbeat) -> None:
        hook = self._runtime.hooks.get("heartbeat")
        result = None if hook is None else hook.function()
        if is_generator(result):
            drive(Task(self._ic, result, _expect_nothing), running, None)
        else:
            _expect_nothing(running, result)

    def _init(self, running: Running, entry: Init) -> None:
        map_layout.remember(self._runtime.maps, running.state)
        self._hook("init", running, entry.arg)

    def _post_upgrade(self, running: Running, entry: PostUpgrade) -> None:
        map_layout.check(self._runtime.maps, running.state)
        map_layout.remember(self._runtime.maps, running.state)
        self._hook("post_upgrade", running, entry.arg)

    def _pre_upgrade(self, running: Running, _entry: PreUpgrade) -> None:
        self._hook("pre_upgrade", running, b"")

    def _inspect(self, running: Running, entry: Inspect) -> None:
        running.inspected = entry.method
        self._hook("inspect_message", running, b"")

    def _hook(self, kind: str, running: Running, arg: bytes) -> None:
        hook = self._runtime.hooks.get(kind)
        if hook is not None:
            _expect_nothing(running, hook.function(*hook.decode_arguments(arg)))


def _is_the_hosts(error: BaseException) -> bool:
    """Whether it says something about the host, such as a trap or a broken store, and not about the canister's code.

    Canister code may raise whatever Python lets it raise, `KeyboardInterrupt` and classes of its own included.
    """
    return type(error).__module__.startswith("replica.") and not isinstance(error, Exception)


def _kind(running: Running) -> str:
    return "query" if "QUERY" in running.api.context.name else "update"


def _passes(guard: Callable[[], Any], running: Running) -> bool:
    """Whether a guard lets the message through; if not, the message is rejected and what the guard did is kept."""
    try:
        verdict = guard()
        reason = _guard_refusal(verdict)
    except Exception as error:
        if running.trap is not None:
            raise
        reason = describe(error)
    if reason is not None:
        running.api.reject(reason)
    return reason is None


def _guard_refusal(verdict: Any) -> str | None:
    if isinstance(verdict, dict) and "Err" in verdict:
        if not isinstance(verdict["Err"], str):
            raise TypeError(f"Expected type 'str' but '{type(verdict['Err']).__name__}' found")
        return verdict["Err"]
    if not isinstance(verdict, dict) or "Ok" not in verdict:
        raise TypeError("Enum variant does not exist")
    _expect_none(verdict["Ok"])
    return None


def _expect_nothing(_running: Running, result: Any) -> None:
    _expect_none(result)


def _expect_none(value: Any) -> None:
    if value is not None:
        raise TypeError(f"expected NoneType but received {type(value).__name__}")


def _ignore(_running: Running, _result: Any) -> None:
    pass


_ENTRIES: Final[dict[type, Callable[[KybraModule, Running, Any], None]]] = {
    Call: KybraModule._call,
    Resume: KybraModule._resume,
    Timer: KybraModule._timer,
    Heartbeat: KybraModule._heartbeat,
    Init: KybraModule._init,
    PostUpgrade: KybraModule._post_upgrade,
    PreUpgrade: KybraModule._pre_upgrade,
    Inspect: KybraModule._inspect,
}
