"""Stops runaway code: a thread that raises a trap in the thread that executes canisters.

The thread wakes a few times per limit and looks whether the execution it saw before still runs. If so it raises
`InstructionLimitExceeded` there, again at every wake until the execution ends, because canister code may swallow one.

It cannot interrupt a single call into C: a huge power, a bad regular expression, an endless `sum` hold the replica for
as long as they take, which may be for ever. Code that catches everything in a deep recursion is stopped late. What
guards against such code is the allow-list. NOT LIKE THE IC, where instructions are counted.

The race with an execution that ends meanwhile: `_fired` is set before the exception is raised and only while `_active`;
whoever finds it set when leaving `run` waits for the thread and takes back an exception that did not arrive yet.
"""

from __future__ import annotations

import ctypes
import threading
from typing import Final

from replica.execution.system_api import Entry, Module, SystemApi
from replica.reject import Trap

_WAKES_PER_LIMIT: Final = 8


class InstructionLimitExceeded(Trap):
    def __init__(self) -> None:
        super().__init__("Canister exceeded the time limit for a single message execution", "IC0522")


class Watchdog:
    def __init__(self, limit_seconds: float) -> None:
        self._interval_seconds = limit_seconds / _WAKES_PER_LIMIT
        self._serial = 0
        self._active = False
        self._fired = False
        self._thread_id = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def run(self, module: Module, entry: Entry, api: SystemApi) -> None:
        """`module.run`, ended by a trap when it takes too long."""
        self._thread_id = threading.get_ident()
        self._serial += 1
        self._active = True
        try:
            module.run(entry, api)
        finally:
            self._active = False
            if self._fired:
                self.settle()

    def settle(self) -> None:
        """Make sure that nothing the thread raised is still on its way. To be called whenever `run` trapped."""
        while self._active or self._fired:
            try:
                self._active = False
                with self._lock:
                    _raise_in(self._thread_id, None)
                    self._fired = False
            except InstructionLimitExceeded:
                continue

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        serial, wakes = 0, 0
        while not self._stopping.wait(self._interval_seconds):
            if not self._active or self._serial != serial:
                serial, wakes = self._serial, 0
                continue
            wakes += 1
            if wakes >= _WAKES_PER_LIMIT:
                self._fire(serial)

    def _fire(self, serial: int) -> None:
        with self._lock:
            self._fired = True
            if self._active and self._serial == serial:
                _raise_in(self._thread_id, InstructionLimitExceeded)


def _raise_in(thread_id: int, exception: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread_id), ctypes.py_object(exception) if exception else None
    )
