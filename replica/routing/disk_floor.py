"""New work is refused before the disk is full, so that what was accepted can still be finished and kept.

NOT LIKE THE IC: a subnet has a capacity that canisters pay for; here there is the disk of one machine. A user would
notice calls that are refused, and that queries and reads go on.
"""

from __future__ import annotations

from replica.routing import rejects
from replica.state.store import Store


class DiskFloor:
    def __init__(self, store: Store, free_bytes_min: int) -> None:
        self._store = store
        self._free_bytes_min = free_bytes_min
        self._is_low = False
        self.look()

    def look(self) -> None:
        """To be called once a round: asking the system for each call would cost more than many a call."""
        self._is_low = self._free_bytes_min > 0 and self._store.free_disk_bytes() < self._free_bytes_min

    def check(self) -> None:
        """Raises `Reject` if nothing new may be taken in."""
        if self._is_low:
            # Without new work there are no rounds in which to notice that there is room again.
            self.look()
        if self._is_low:
            raise rejects.disk_nearly_full(self._free_bytes_min)
