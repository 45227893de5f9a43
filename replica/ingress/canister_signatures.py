"""Signatures made by canisters: a certified tree that holds the hash of the message.

Internet Identity signs delegations this way. The certificate's age does not matter: once signed, a message stays
signed. Interface spec, "Canister signatures".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from replica.certification.certificate import CertificateError, verify_certificate
from replica.certification.hash_tree import (
    NESTING_MAX,
    HashTree,
    HashTreeError,
    from_arrays,
    lookup_value,
    root_hash,
)
from replica.certification.plain_cbor import PlainCborError, load_plain
from replica.ingress.errors import InvalidSignature
from replica.principal import Principal, PrincipalError

_MAP_LEVELS: Final = 1


@dataclass(frozen=True, slots=True)
class CanisterSignatureKey:
    canister_id: Principal
    seed: bytes

    @classmethod
    def from_bytes(cls, key: bytes) -> CanisterSignatureKey:
        """Read `|canister id| · canister id · seed`."""
        if not key or len(key) < 1 + key[0]:
            raise InvalidSignature("malformed canister signature public key")
        try:
            return cls(Principal(key[1 : 1 + key[0]]), key[1 + key[0] :])
        except PrincipalError as error:
            raise InvalidSignature("malformed canister signature public key") from error

    def verify(self, message: bytes, signature: bytes, root_key_der: bytes) -> None:
        certificate, tree = _parse(signature)
        try:
            state = verify_certificate(certificate, root_key_der, canister_id=self.canister_id)
        except CertificateError as error:
            raise InvalidSignature(f"the certificate of the canister signature is invalid: {error}") from error
        if lookup_value(state, (b"canister", self.canister_id, b"certified_data")) != root_hash(tree):
            raise InvalidSignature("the canister did not certify the signature tree")
        path = (b"sig", sha256(self.seed).digest(), sha256(message).digest())
        if lookup_value(tree, path) != b"":
            raise InvalidSignature("the canister did not sign this message")


def _parse(signature: bytes) -> tuple[bytes, HashTree]:
    try:
        fields = load_plain(signature, nesting_max=NESTING_MAX + _MAP_LEVELS)
        if isinstance(fields, Mapping) and isinstance(fields.get("certificate"), bytes):
            return fields["certificate"], from_arrays(fields.get("tree"))
    except (PlainCborError, HashTreeError) as error:
        raise InvalidSignature(f"malformed canister signature: {error}") from error
    raise InvalidSignature("malformed canister signature: a map of certificate and tree is expected")
