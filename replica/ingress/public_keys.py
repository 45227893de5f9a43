"""Public keys of users: which scheme a DER key belongs to, and what a signature under it must satisfy.

Keys are recognised by their exact DER bytes; a key in any other encoding would be another principal, so nothing is
normalised. Parsed keys are remembered, because people send many messages. Interface spec, "Signatures".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

import coincurve
from cryptography.exceptions import InvalidSignature as CryptographyInvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from replica.certification.keys import ED25519_DER_PREFIX
from replica.ingress.canister_signatures import CanisterSignatureKey
from replica.ingress.errors import InvalidSignature
from replica.ingress.subject_public_key import split_subject_public_key
from replica.ingress.webauthn import WebAuthnKey

_SECP256K1_DER_PREFIX: Final = bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200")
_P256_DER_PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
_WEBAUTHN: Final = bytes.fromhex("300c060a2b0601040183b8430101")
_CANISTER_SIGNATURE: Final = bytes.fromhex("300c060a2b0601040183b8430102")
_RSA: Final = bytes.fromhex("300d06092a864886f70d0101010500")
_SECP256K1_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_SIGNATURE_BYTES: Final = 64
_POINT_BYTES: Final = 65
_ECDSA_SHA256: Final = ec.ECDSA(SHA256())


class PublicKey(Protocol):
    def verify(self, message: bytes, signature: bytes, root_key_der: bytes) -> None:
        """Raises `InvalidSignature`. `root_key_der` is what signatures of canisters are checked against."""


@lru_cache(maxsize=8192)
def parse_public_key(der: bytes) -> PublicKey:
    """Raises `InvalidSignature` for anything that is not the canonical encoding of a supported key."""
    if len(der) == 44 and der.startswith(ED25519_DER_PREFIX):
        return Ed25519Key(der[12:])
    if der.startswith(_SECP256K1_DER_PREFIX):
        return Secp256k1Key.from_point(der.removeprefix(_SECP256K1_DER_PREFIX))
    if der.startswith(_P256_DER_PREFIX):
        return P256Key.from_point(der.removeprefix(_P256_DER_PREFIX))
    algorithm, key = split_subject_public_key(der)
    if algorithm == _WEBAUTHN:
        return WebAuthnKey.from_cose(key)
    if algorithm == _CANISTER_SIGNATURE:
        return CanisterSignatureKey.from_bytes(key)
    if algorithm == _RSA:
        raise InvalidSignature("RSA signatures are not allowed except in webauthn context")
    raise InvalidSignature("unsupported public key")


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    key: bytes

    def verify(self, message: bytes, signature: bytes, root_key_der: bytes) -> None:
        if len(signature) != _SIGNATURE_BYTES:
            raise InvalidSignature("an Ed25519 signature has 64 bytes")
        try:
            crypto_sign_open(signature + message, self.key)
        except BadSignatureError as error:
            raise InvalidSignature("Ed25519 signature could not be verified") from error


@dataclass(frozen=True, slots=True)
class Secp256k1Key:
    key: coincurve.PublicKey

    @classmethod
    def from_point(cls, point: bytes) -> Secp256k1Key:
        _check_uncompressed(point)
        try:
            return cls(coincurve.PublicKey(point))
        except ValueError as error:
            raise InvalidSignature("not a point of secp256k1") from error

    def verify(self, message: bytes, signature: bytes, root_key_der: bytes) -> None:
        r, s = _split_signature(signature)
        # The library refuses the greater of the two equivalent values of s; clients (ic-py) send either.
        lower_s = _SECP256K1_ORDER - s if s > _SECP256K1_ORDER // 2 else s
        if lower_s <= 0 or not self._is_valid(encode_dss_signature(r, lower_s), message):
            raise InvalidSignature("ECDSA secp256k1 signature could not be verified")

    def _is_valid(self, signature_der: bytes, message: bytes) -> bool:
        try:
            return self.key.verify(signature_der, message)
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class P256Key:
    key: ec.EllipticCurvePublicKey

    @classmethod
    def from_point(cls, point: bytes) -> P256Key:
        _check_uncompressed(point)
        try:
            return cls(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        except ValueError as error:
            raise InvalidSignature("not a point of P-256") from error

    def verify(self, message: bytes, signature: bytes, root_key_der: bytes) -> None:
        try:
            self.key.verify(encode_dss_signature(*_split_signature(signature)), message, _ECDSA_SHA256)
        except CryptographyInvalidSignature as error:
            raise InvalidSignature("ECDSA P-256 signature could not be verified") from error


def _check_uncompressed(point: bytes) -> None:
    if len(point) != _POINT_BYTES or point[0] != 0x04:
        raise InvalidSignature("an elliptic curve key is an uncompressed point of 65 bytes")


def _split_signature(signature: bytes) -> tuple[int, int]:
    if len(signature) != _SIGNATURE_BYTES:
        raise InvalidSignature("an ECDSA signature has 64 bytes")
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
