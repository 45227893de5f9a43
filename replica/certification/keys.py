"""The replica's own keys: the root key that signs state roots, the node key that signs query replies.

Both are made once from the injected `Rng` and kept by the store across restarts, because clients remember the root key
and cache node keys. Interface spec, "Certificate" and "Query call".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from nacl.signing import SigningKey

from replica.certification import bls
from replica.certification.hash_tree import domain_separator
from replica.rng import Rng

STATE_ROOT_SEPARATOR: Final = domain_separator("ic-state-root")
ED25519_DER_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")


@dataclass(frozen=True, slots=True)
class RootKey:
    """The BLS12-381 key from which a client's trust in this replica starts."""

    secret: bytes = field(repr=False)
    """32 bytes, big-endian; a number below the group order and not 0."""
    public_key_der: bytes
    """133 bytes."""

    @classmethod
    def from_secret(cls, secret: bytes) -> RootKey:
        """The same key again, from the bytes that were kept; anything out of range is folded into it."""
        scalar = int.from_bytes(secret, "big")
        if not 0 < scalar < bls.GROUP_ORDER:
            scalar = scalar % (bls.GROUP_ORDER - 1) + 1
        return cls(scalar.to_bytes(32, "big"), bls.public_key_der(scalar))

    @classmethod
    def generate(cls, rng: Rng) -> RootKey:
        return cls.from_secret(rng.bytes(48))

    def sign(self, message: bytes) -> bytes:
        """48 bytes, about 0.13 ms."""
        return bls.sign(int.from_bytes(self.secret, "big"), message)

    def sign_state_root(self, root_hash: bytes) -> bytes:
        return self.sign(STATE_ROOT_SEPARATOR + root_hash)


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The Ed25519 key with which the replica's one node signs what no round certifies."""

    seed: bytes = field(repr=False)
    public_key_der: bytes
    _signing_key: SigningKey = field(repr=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> NodeKey:
        signing_key = SigningKey(seed)
        return cls(seed, ED25519_DER_PREFIX + bytes(signing_key.verify_key), signing_key)

    @classmethod
    def generate(cls, rng: Rng) -> NodeKey:
        return cls.from_seed(rng.bytes(32))

    def sign(self, message: bytes) -> bytes:
        return self._signing_key.sign(message).signature
