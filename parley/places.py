"""Where things are: in the repository, and in the data directory of one running system."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BUNDLES: Final = ROOT / "build" / "bundles"
WEB_APP: Final = ROOT / "web" / "dist" / "app"


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Everything that must outlive the processes. `replica` belongs to the replica alone."""

    path: Path

    @property
    def replica(self) -> Path:
        """A directory that `python -m replica` was given by itself is one of its own."""
        return self.path if (self.path / "format").exists() else self.path / "replica"

    @property
    def operator_token(self) -> Path:
        return self.replica / "operator-token"

    @property
    def deployment(self) -> Path:
        return self.path / "deployment.json"

    @property
    def allowed_modules(self) -> Path:
        return self.path / "allowed-modules"

    @property
    def website(self) -> Path:
        """Tells the replica which canister `/` shows."""
        return self.path / "website"

    @property
    def addresses(self) -> Path:
        return self.path / "addresses.json"

    @property
    def vapid_key(self) -> Path:
        return self.identities / "vapid.pem"

    @property
    def relay_cursor(self) -> Path:
        return self.path / "relay-cursor.json"

    @property
    def identities(self) -> Path:
        return self.path / "identities"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def identity(self, name: str) -> Path:
        return self.identities / f"{name}.pem"
