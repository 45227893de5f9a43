"""Keys of people and services, as PEM files that only their owner can read.

ic-py's `Identity` signs in pure Python; `FastIdentity` is the same identity with libsodium's Ed25519, ten times as
fast, so that a load generator measures the server and not itself. Files are written once, with mode 0600 from the
first byte, and never overwritten: a lost key is a lost canister.
"""

from __future__ import annotations

import os
from pathlib import Path

from ic.identity import Identity
from nacl.signing import SigningKey

from parley.problems import Problem
from replica.principal import Principal


class FastIdentity(Identity):  # type: ignore[misc]  # ic-py publishes no types
    """An Ed25519 identity; `secret` is the 32-byte seed."""

    def __init__(self, secret: bytes | None = None) -> None:
        super().__init__(privkey=secret.hex() if secret else "")
        self._signing_key = SigningKey(bytes.fromhex(self.privkey))

    def sign(self, msg: bytes) -> tuple[bytes, bytes]:
        return self.der_pubkey, self._signing_key.sign(msg).signature

    @property
    def principal(self) -> Principal:
        return Principal(self.sender().bytes)


def load_identity(path: Path) -> FastIdentity:
    """The identity in `path`. Raises `Problem` if there is none, or if it is no secret any more."""
    check_private(path)
    try:
        return FastIdentity(bytes.fromhex(Identity.from_pem(path.read_text()).privkey))
    except Exception as error:  # ic-py raises whatever the libraries below it do
        raise Problem(
            f"{path} is not a private key in PEM.",
            "Canisters know its owner by it. Restore it, or begin anew with another --data.",
        ) from error


def ensure_identity(path: Path) -> FastIdentity:
    """The identity in `path`, made now if there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, FastIdentity().to_pem())
    return load_identity(path)


def check_private(path: Path) -> None:
    """Raises `Problem` if others than its owner can get at the file."""
    if path.exists() and path.stat().st_mode & 0o077:
        raise Problem(
            f"{path} can be read by others than its owner.",
            f"If nobody did, `chmod 600 {path}` closes it again. Whoever did can act as its owner.",
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that nobody else can read, not even while it is being written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
