"""The processes of a running system: started in order, watched, restarted when they die, stopped in reverse.

Children run in sessions of their own, so that Ctrl-C in the terminal reaches the supervisor alone and the stopping
happens in its order: the relay first, then the replica, which finishes its round and closes its store.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from parley.places import ROOT
from parley.problems import Problem

STOP_SECONDS_MAX: Final = 15.0
RESTARTS_MAX: Final = 5
RESTART_WINDOW_SECONDS: Final = 60.0
_LOG_BYTES_MAX: Final = 20_000_000


@dataclass(slots=True)
class Service:
    """One child process and how it came to be."""

    name: str
    arguments: list[str]
    log_path: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS_MAX))

    def start(self) -> None:
        self.log_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_BYTES_MAX:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        self.started_at.append(time.monotonic())
        # Canisters may log what is not for everybody on this machine.
        with open(self.log_path, "ab", opener=_for_owner_only) as log:  # a path takes no opener
            self.process = subprocess.Popen(  # noqa: S603  # our own interpreter, our own modules
                [sys.executable, "-m", *self.arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def restarts_too_often(self) -> bool:
        """Whether it has been started `RESTARTS_MAX` times within the window: then waiting will not heal it."""
        is_full = len(self.started_at) == RESTARTS_MAX
        return is_full and time.monotonic() - self.started_at[0] < RESTART_WINDOW_SECONDS

    def last_lines(self, count: int = 12) -> str:
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-count:])


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def wait_until(is_ready: Callable[[], bool], service: Service, *, timeout_seconds: float) -> None:
    """Return when `is_ready`; a `Problem` with the log's end if the process dies first or takes too long."""
    deadline = time.monotonic() + timeout_seconds
    while not is_ready():
        if not service.is_alive():
            raise Problem(
                f"The {service.name} ended while starting:\n{service.last_lines()}", f"Log: {service.log_path}"
            )
        if time.monotonic() > deadline:
            raise Problem(
                f"The {service.name} did not answer within {timeout_seconds:.0f} s.", f"Log: {service.log_path}"
            )
        time.sleep(0.03)


def supervise(services: list[Service], stop: threading.Event, report: Callable[[str], None]) -> None:
    """Restart what dies, until `stop` is set. A service that dies again and again is a `Problem`."""
    while not stop.wait(0.5):
        for service in services:
            if service.is_alive():
                continue
            if service.restarts_too_often():
                raise Problem(f"The {service.name} keeps ending:\n{service.last_lines()}", f"Log: {service.log_path}")
            report(f"the {service.name} ended and is started again; see {service.log_path}")
            service.start()


def stop_all(services: list[Service]) -> None:
    for service in reversed(services):
        service.stop()
