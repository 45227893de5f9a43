"""What is running right now: one `Running` per message, from its entry to its end or next await.

The host is single-threaded, so "now" is one attribute of the `_kybra_ic` object (`kybra_ic.py`). A trap ends the
message even if canister code swallows it: from then on every host function raises it again, and it is raised once more
at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from replica.execution.contexts import ALLOWED, violation
from replica.execution.system_api import Rejection, SystemApi
from replica.reject import Trap

if TYPE_CHECKING:
    from replica.execution.runtime import Runtime

TRAP_CALLED: Final = "IC0503"
CONTRACT_VIOLATION: Final = "IC0504"


class Running:
    """One message's view of its canister."""

    __slots__ = ("allowed", "api", "inspected", "maps", "rejection", "runtime", "state", "trap")

    def __init__(self, api: SystemApi, runtime: Runtime) -> None:
        self.api = api
        self.runtime = runtime
        self.state = api.state
        self.maps = runtime.maps
        self.allowed = ALLOWED[api.context]
        self.trap: Trap | None = None
        self.inspected = ""
        """The method that `inspect_message` is asked about."""
        self.rejection: Rejection | None = None
        """Why the call was refused whose await ended just now."""

    def fail(self, trap: Trap) -> NoReturn:
        """End this message: nothing it may still try will work."""
        self.trap = trap
        self.allowed = 0
        raise trap

    def refuse(self, function: str) -> NoReturn:
        """The context does not have this function, or the message has trapped before."""
        if self.trap is not None:
            raise self.trap
        self.fail(Trap(violation(function, self.api.context), CONTRACT_VIOLATION))


class _Ended(Running):
    """Stands in where no message runs: code that still tries to reach the platform only traps."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        self.trap = Trap(text)
        self.allowed = 0


IDLE: Final[Running] = _Ended("the platform is there for messages; module-level code and clean-up cannot use it")


class Host:
    """The part of `_kybra_ic` that knows what runs."""

    __slots__ = ("current",)

    def __init__(self) -> None:
        self.current: Running = IDLE

    def _running(self) -> Running:
        running = self.current
        if running.trap is not None:
            raise running.trap
        return running

    def _allowed(self, use: int, function: str) -> Running:
        """What runs now, if its context has this function."""
        running = self.current
        if not running.allowed & use:
            running.refuse(function)
        return running
