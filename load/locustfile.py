"""What locust runs: `locust -f load/locustfile.py`, or `make load`, which also finds the system and keeps a report."""

from __future__ import annotations

from locust import LoadTestShape

from load.chat_user import ChatUser
from load.settings import STEADY
from load.shapes import users_at

__all__ = ["ChatUser"]

if ChatUser.settings.shape != STEADY:
    # Locust uses the shape class it finds in this module, and none if there is none.
    class ChosenShape(LoadTestShape):
        """The shape that `LOAD_SHAPE` names."""

        def tick(self) -> tuple[int, float] | None:
            settings = ChatUser.settings
            elapsed_seconds: float = self.get_run_time()  # type: ignore[no-untyped-call]  # locust is typed in part
            users = users_at(settings.shape, elapsed_seconds, length_seconds=settings.seconds, peak=settings.users)
            return None if users is None else (users, settings.spawn_rate)
