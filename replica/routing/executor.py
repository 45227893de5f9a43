"""Runs one message: a transaction around code, committed when the code returns and undone when it traps.

This is the one place where a `Trap` is caught. Whatever else escapes from code is a trap too, because nothing a
canister does may end the replica.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Final, ParamSpec, TypeVar

from replica.execution.system_api import Engine, Entry, InvalidModule, Module
from replica.management import prices
from replica.principal import Principal
from replica.reject import Reject, RejectCode, Trap
from replica.routing import rejects
from replica.routing.message_api import MessageApi, System
from replica.routing.watchdog import Watchdog
from replica.state.canister import Canister
from replica.state.instructions import MESSAGE, PAYLOAD_BYTE

P = ParamSpec("P")
T = TypeVar("T")

_log: Final = logging.getLogger(__name__)


class Executor:
    def __init__(self, system: System, engine: Engine, watchdog: Watchdog) -> None:
        self._system = system
        self._state = system.state
        self._engine = engine
        self._watchdog = watchdog
        self._modules: dict[bytes, Module] = {}
        self._running = Principal()
        self._trap_text = ""
        self._hooks: list[tuple[Canister, MessageApi, int]] = []

    # -- Modules -----------------------------------------------------------------------------------------------------

    def module_of(self, canister: Canister) -> Module | None:
        """The code of a canister; None if it has none. Raises `Reject` if this replica cannot run it."""
        module_hash = canister.module_hash
        if module_hash is None:
            return None
        return self._modules.get(module_hash) or self._load_stored(canister.id, module_hash)

    def code_of(self, canister: Canister) -> Module:
        """As `module_of`, for a canister that must have code. Raises `Reject`."""
        module = self.module_of(canister)
        if module is None:
            raise rejects.no_module(canister.id)
        return module

    def load(self, canister_id: Principal, module_bytes: bytes) -> Module:
        """Raises `Reject` if the bytes are not a module."""
        module_hash = sha256(module_bytes).digest()
        module = self._modules.get(module_hash)
        if module is None:
            try:
                module = self._engine.load(module_bytes)
            except InvalidModule as error:
                text = f"Error from Canister {canister_id}: Canister's module is not valid: {error}"
                raise Reject(RejectCode.CANISTER_ERROR, text, "IC0505") from error
            self._modules[module_hash] = module
        return module

    def _load_stored(self, canister_id: Principal, module_hash: bytes) -> Module:
        module_bytes = self._state.modules.get(module_hash)
        if module_bytes is None:
            raise AssertionError("a module in use is stored")
        return self.load(canister_id, module_bytes)

    # -- Messages ----------------------------------------------------------------------------------------------------

    def attempt(self, action: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T | Reject:
        """Do `action` in a transaction of its own: kept when it returns, undone when it is refused or traps."""
        return self._attempt(self._state.commit_message, action, *arguments, **keywords)

    def _attempt(
        self, end: Callable[[], None], action: Callable[P, T], *arguments: P.args, **keywords: P.kwargs
    ) -> T | Reject:
        self._state.begin_message()
        try:
            result = action(*arguments, **keywords)
        except Trap as trap:
            outcome = self._trapped(trap)
        except Reject as reject:
            outcome, self._trap_text = reject, reject.message
        except Exception as error:
            _log.exception("an error in the code of a canister, or in ours")
            outcome = self._trapped(Trap(f"{type(error).__name__}: {error}"))
        else:
            end()
            return result
        self._state.abort_message()
        return outcome

    def run(self, canister: Canister, module: Module, entry: Entry, api: MessageApi) -> Reject | None:
        """One execution of a canister; None when it committed."""
        self._state.subnet.execution_count += 1
        reject = self.attempt(self._execute, canister, module, entry, api)
        return self._conclude(canister, api, reject)

    def run_query(self, canister: Canister, module: Module, entry: Entry, api: MessageApi) -> Reject | None:
        """A query that was called as an update: its changes are forgotten, what it printed is not."""
        reject = self._attempt(self._state.abort_message, self._execute, canister, module, entry, api)
        return self._conclude(canister, api, reject)

    def run_and_forget(self, canister: Canister, module: Module, entry: Entry, api: MessageApi) -> Reject | None:
        """An execution of which only the answer counts: queries, and the inspection of messages."""
        try:
            reject = self._attempt(self._state.abort_message, self._execute, canister, module, entry, api)
        except BaseException:  # a reader that needs the core
            api.undo()
            raise
        if reject is not None:
            api.undo()
        return reject

    def run_hook(self, canister: Canister, module: Module, entry: Entry, api: MessageApi) -> None:
        """An execution inside a transaction that is under way: `init` and the hooks of an upgrade. Raises `Trap`."""
        self._running = canister.id
        canister.instructions = MESSAGE + PAYLOAD_BYTE * len(api.arg)
        try:
            self._watchdog.run(module, entry, api)
        except Trap as trap:
            api.printed.append(_trap_record(trap.message))
            raise
        finally:
            self._hooks.append((canister, api, canister.instructions))

    def take_hooks(self) -> list[tuple[Canister, int]]:
        """Who ran hooks in the transaction that has ended, and how many instructions each took.

        What they printed is kept now, whether the transaction was kept or not.
        """
        hooks, self._hooks = self._hooks, []
        for canister, api, _ in hooks:
            self._keep_log(canister, api)
        return [(canister, instructions) for canister, _, instructions in hooks]

    def _conclude(self, canister: Canister, api: MessageApi, reject: Reject | None) -> Reject | None:
        if reject is not None:
            api.undo()
            api.keep_printed(_trap_record(self._trap_text))
        if api.printed:
            self._keep_log(canister, api)
        return reject

    def _keep_log(self, canister: Canister, api: MessageApi) -> None:
        """What a message printed stays when the rest of it is undone: it tells why."""
        self._state.canisters.mark_changed(canister)
        for content in api.printed:
            self._state.logs.append(canister, api.time_ns, content)

    def _execute(self, canister: Canister, module: Module, entry: Entry, api: MessageApi) -> None:
        self._state.canisters.touch(canister)
        self._running = canister.id
        canister.instructions = MESSAGE + PAYLOAD_BYTE * len(api.arg)
        size_bytes = canister.stable_bytes
        self._watchdog.run(module, entry, api)
        if canister.stable_bytes > size_bytes:
            _check_growth(canister, canister.stable_bytes - size_bytes)
        canister.version += 1

    def _trapped(self, trap: Trap) -> Reject:
        self._watchdog.settle()
        self._trap_text = trap.message
        return rejects.trapped(self._running, trap)


def _trap_record(text: str) -> bytes:
    """What the log of a canister says of a trap. Interface spec, "Canister logs"."""
    return f"[TRAP]: {text or '(no message)'}".encode(errors="replace")


def _check_growth(canister: Canister, grown_bytes: int) -> None:
    """Memory that a canister could not pay for as long as its freezing threshold wants is not given. Raises `Trap`.

    NOT LIKE THE IC: this is looked at when the execution has ended, not where it grows.
    """
    missing = prices.freezing_limit(canister) - canister.balance
    if missing > 0:
        raise Trap(
            f"Canister cannot grow memory by {grown_bytes} bytes due to insufficient cycles. "
            f"At least {missing} additional cycles are required.",
            "IC0532",
        )
