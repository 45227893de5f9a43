"""Delegation chains: how a session key comes to speak for an identity, and for what.

The identity signs the first delegation, whose key signs the second, and so on; the last key signs the request. Targets
narrow with every link. Interface spec, "Authentication".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from replica.certification.hash_tree import domain_separator
from replica.ingress.envelope import SignedDelegation
from replica.ingress.errors import IngressError, InvalidSignature
from replica.ingress.moments import moment_text
from replica.ingress.public_keys import parse_public_key
from replica.principal import Principal

_SEPARATOR: Final = domain_separator("ic-request-auth-delegation")
_PERMISSIONS: Final = ("all", "queries")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a chain of delegations allows; `targets` is None when every canister is allowed."""

    targets: frozenset[Principal] | None = None
    may_call: bool = True

    def allows(self, canister_id: Principal) -> bool:
        return self.targets is None or canister_id in self.targets


EVERYTHING: Final = Scope()


def check_chain(root_key_der: bytes, chain: Sequence[SignedDelegation], *, now_ns: int) -> Scope:
    """The checks that need no cryptography, all of them before the first that does. Raises `IngressError`."""
    for delegation in chain:
        _check_delegation(delegation, now_ns)
    _check_cycles(root_key_der, chain)
    return _scope(chain)


def check_chain_signatures(root_key_der: bytes, chain: Sequence[SignedDelegation], trusted_key_der: bytes) -> bytes:
    """Follow the signatures from the root; returns the key that must have signed the request."""
    key_der = root_key_der
    for delegation in chain:
        try:
            _verify_link(key_der, delegation.delegation_hash, delegation.signature, trusted_key_der)
        except InvalidSignature as error:
            raise IngressError(f"Invalid delegation: {error}") from error
        key_der = delegation.public_key_der
    return key_der


def _check_delegation(delegation: SignedDelegation, now_ns: int) -> None:
    if delegation.expiration_ns < now_ns:
        raise IngressError(
            "Invalid delegation expiry: Specified sender delegation has expired: "
            f"Provided expiry: {moment_text(delegation.expiration_ns)}, Local replica time: {moment_text(now_ns)}"
        )
    if delegation.permissions is not None and delegation.permissions not in _PERMISSIONS:
        raise IngressError(f"Invalid delegation: unknown permissions {delegation.permissions[:40]!r}")


def _check_cycles(root_key_der: bytes, chain: Sequence[SignedDelegation]) -> None:
    seen = {root_key_der}
    for delegation in chain:
        key_der = delegation.public_key_der
        if key_der in seen:
            raise IngressError(
                "Invalid delegation: Chain of delegations contains at least one cycle: "
                f"first repeating public key encountered {key_der.hex()}"
            )
        seen.add(key_der)


def _scope(chain: Sequence[SignedDelegation]) -> Scope:
    targets: frozenset[Principal] | None = None
    for delegation in chain:
        if delegation.targets is not None:
            targets = delegation.targets if targets is None else targets & delegation.targets
    return Scope(targets, may_call=all(delegation.permissions != "queries" for delegation in chain))


@lru_cache(maxsize=8192)
def _verify_link(key_der: bytes, delegation_hash: bytes, signature: bytes, trusted_key_der: bytes) -> None:
    """A session sends its delegation with every message. A valid signature stays valid, so it is checked once."""
    parse_public_key(key_der).verify(_SEPARATOR + delegation_hash, signature, trusted_key_der)
