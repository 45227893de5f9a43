"""What a load run is told, through the environment, since locust's workers are processes of their own."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import Final

from replica.principal import MANAGEMENT, Principal

DEFAULT_URL: Final = "http://127.0.0.1:8080"
DEFAULT_USERS: Final = 50
DEFAULT_SECONDS: Final = 60
DEFAULT_SPAWN_RATE: Final = 10.0
DEFAULT_THINK_SECONDS: Final = 1.0


STEADY: Final = "steady"


@dataclass(frozen=True, slots=True)
class Settings:
    url: str = DEFAULT_URL
    user_index: Principal = MANAGEMENT
    run: str = ""
    """A few letters that keep this run's user names apart from other runs'."""
    users: int = DEFAULT_USERS
    seconds: int = DEFAULT_SECONDS
    spawn_rate: float = DEFAULT_SPAWN_RATE
    think_seconds: float = DEFAULT_THINK_SECONDS
    shape: str = STEADY
    """`STEADY`, or one of `load.shapes.SHAPES`."""
    seed: int = 1

    @classmethod
    def from_environment(cls) -> Settings:
        get = os.environ.get
        return cls(
            url=get("LOAD_URL", DEFAULT_URL),
            user_index=Principal.from_text(get("LOAD_USER_INDEX", MANAGEMENT.text)),
            run=get("LOAD_RUN") or secrets.token_hex(2),
            users=int(get("LOAD_USERS", DEFAULT_USERS)),
            seconds=int(get("LOAD_SECONDS", DEFAULT_SECONDS)),
            spawn_rate=float(get("LOAD_SPAWN_RATE", DEFAULT_SPAWN_RATE)),
            think_seconds=float(get("LOAD_THINK_SECONDS", DEFAULT_THINK_SECONDS)),
            shape=get("LOAD_SHAPE", STEADY),
            seed=int(get("LOAD_SEED", "1")),
        )

    def to_environment(self) -> dict[str, str]:
        return {
            "LOAD_URL": self.url,
            "LOAD_USER_INDEX": self.user_index.text,
            "LOAD_RUN": self.run,
            "LOAD_USERS": str(self.users),
            "LOAD_SECONDS": str(self.seconds),
            "LOAD_SPAWN_RATE": str(self.spawn_rate),
            "LOAD_THINK_SECONDS": str(self.think_seconds),
            "LOAD_SHAPE": self.shape,
            "LOAD_SEED": str(self.seed),
        }
