"""What locust runs: `locust -f load/locustfile.py`, or `make load`, which also finds the system and keeps a report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from locust import LoadTestShape, events

from load.chat_user import ChatUser
from load.settings import STEADY
from load.shapes import users_at

__all__ = ["ChatUser"]

_PERCENTILES = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}


@events.quitting.add_listener  # type: ignore[untyped-decorator]  # locust is typed in part
def keep_rows(environment: Any, **_: object) -> None:
    """Write one row per method, and one for all, where `LOAD_ROWS` says; locust's own files lag behind by a second."""
    if path := os.environ.get("LOAD_ROWS"):
        stats = environment.stats
        entries = [*sorted(stats.entries.values(), key=lambda entry: entry.name), stats.total]
        Path(path).write_text(json.dumps([_row(entry) for entry in entries]))


def _row(entry: Any) -> dict[str, object]:
    return {
        "method": entry.name,
        "requests": entry.num_requests,
        "failures": entry.num_failures,
        "per_second": round(entry.total_rps, 2),
        **{name: entry.get_response_time_percentile(share) or 0 for name, share in _PERCENTILES.items()},
    }


if ChatUser.settings.shape != STEADY:
    # Locust uses the shape class it finds in this module, and none if there is none.
    class ChosenShape(LoadTestShape):
        """The shape that `LOAD_SHAPE` names."""

        def tick(self) -> tuple[int, float] | None:
            settings = ChatUser.settings
            elapsed_seconds: float = self.get_run_time()  # type: ignore[no-untyped-call]  # locust is typed in part
            users = users_at(settings.shape, elapsed_seconds, length_seconds=settings.seconds, peak=settings.users)
            return None if users is None else (users, settings.spawn_rate)
