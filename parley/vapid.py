"""The VAPID key of a deployment: browsers subscribe with its public half, the relay signs with the other. RFC 8292."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from parley.identity import check_private, write_private


def ensure_vapid_key(path: Path) -> str:
    """Make the key in `path` if there is none; answers the public key as browsers want it."""
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, pem)
    check_private(path)
    return public_key_text(path)


def public_key_text(path: Path) -> str:
    """The uncompressed point, base64url without padding."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")
