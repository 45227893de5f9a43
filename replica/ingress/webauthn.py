"""Signatures made by authenticators: passkeys and security keys, through the browser's WebAuthn interface.

The authenticator signs its own data and the hash of a JSON text; the message is the challenge inside that text. The
origin is not checked: the principal does not depend on it. Interface spec, "Web Authentication".
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature as CryptographyInvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from replica.certification.plain_cbor import PlainCborError, load_plain
from replica.ingress.errors import InvalidSignature

_RSA_MODULUS_BYTES_MAX: Final = 1024

_Key = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class WebAuthnKey:
    key: _Key

    @classmethod
    def from_cose(cls, data: bytes) -> WebAuthnKey:
        try:
            cose = load_plain(data, nesting_max=2, keys_are_strings=False)
            key = _key_from_cose(cose)
        except (PlainCborError, ValueError, TypeError) as error:
            raise InvalidSignature("malformed COSE public key") from error
        if key is None:
            raise InvalidSignature("unsupported COSE public key")
        return cls(key)

    def verify(self, message: bytes, signature: bytes, root_key_der: bytes) -> None:
        authenticator_data, client_data_json, inner_signature = _parse(signature)
        _check_client_data(client_data_json, message)
        signed = authenticator_data + sha256(client_data_json.encode()).digest()
        try:
            _verify(self.key, signed, inner_signature)
        except CryptographyInvalidSignature as error:
            raise InvalidSignature("WebAuthn signature could not be verified") from error


def _key_from_cose(cose: object) -> _Key | None:
    """RFC 9053: the three algorithms authenticators use."""
    match cose:
        case {1: 2, 3: -7, -1: 1, -2: bytes(x), -3: bytes(y)} if len(x) == len(y) == 32:
            numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
            return numbers.public_key()
        case {1: 3, 3: -257, -1: bytes(n), -2: bytes(e)} if len(n) <= _RSA_MODULUS_BYTES_MAX and len(e) <= 8:
            return rsa.RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big")).public_key()
        case {1: 1, 3: -8, -1: 6, -2: bytes(x)}:
            return ed25519.Ed25519PublicKey.from_public_bytes(x)
    return None


def _parse(signature: bytes) -> tuple[bytes, str, bytes]:
    try:
        fields = load_plain(signature, nesting_max=2)
    except PlainCborError as error:
        raise InvalidSignature(f"malformed WebAuthn signature: {error}") from error
    match fields:
        case {"authenticator_data": bytes(data), "client_data_json": str(text), "signature": bytes(inner_signature)}:
            return data, text, inner_signature
    raise InvalidSignature("malformed WebAuthn signature")


def _check_client_data(client_data_json: str, message: bytes) -> None:
    try:
        client_data = json.loads(client_data_json)
    except (ValueError, RecursionError) as error:
        raise InvalidSignature("the client data of a WebAuthn signature is not JSON") from error
    challenge = urlsafe_b64encode(message).rstrip(b"=").decode()
    match client_data:
        case {"type": "webauthn.get", "challenge": str(signed)} if signed == challenge:
            return
    raise InvalidSignature("the WebAuthn signature is for another challenge")


def _verify(key: _Key, signed: bytes, signature: bytes) -> None:
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(SHA256()))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
    else:
        key.verify(signature, signed)
