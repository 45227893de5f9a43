"""One piece of work done in another thread while this one waits for the disk.

Committing a round waits for the disk, and Python lets other threads run meanwhile. What may be done then must not touch
the store, whose transaction belongs to the thread that commits. Nothing else runs at the same time: `run` returns when
both have ended, so there is nothing to lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

Work = Callable[[], None]


class Beside:
    def __init__(self) -> None:
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._outcomes: SimpleQueue[BaseException | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="beside", daemon=True)
        self._thread.start()

    def run(self, work: Work, wait_for: Work) -> None:
        """Do `work` while `wait_for` waits. Raises what either of them raises, `wait_for` first."""
        self._work.put(work)
        try:
            wait_for()
        finally:
            failure = self._outcomes.get()
        if failure is not None:
            raise failure

    def close(self) -> None:
        self._work.put(None)
        self._thread.join()

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except BaseException as error:  # handed over whole
                self._outcomes.put(error)
            else:
                self._outcomes.put(None)
            del work
