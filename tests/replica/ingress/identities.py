"""People who can sign: one identity per scheme, and the envelopes and delegations they make.

Signing is done with other libraries or other entry points than the replica verifies with, where there is a choice.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import cbor2
import coincurve
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from replica.certification.certificate import make_certificate
from replica.certification.hash_tree import Fork, Labeled, Leaf, root_hash, to_cbor
from replica.certification.keys import RootKey
from replica.certification.representation import hash_map, leb128
from replica.principal import Principal
from replica.rng import SeededRng

NOW_NS = 1_750_000_000_000_000_000
MINUTE_NS = 60 * 10**9
CANISTER = Principal.from_counter(7)
OTHER_CANISTER = Principal.from_counter(8)
ROOT_KEY = RootKey.generate(SeededRng(1))


@dataclass(frozen=True, slots=True)
class Identity:
    public_key_der: bytes
    sign: Callable[[bytes], bytes]

    @property
    def principal(self) -> Principal:
        return Principal.self_authenticating(self.public_key_der)


def ed25519_identity(seed: bytes) -> Identity:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    return Identity(_spki(key.public_key()), key.sign)


def secp256k1_identity(secret: int, *, high_s: bool = False) -> Identity:
    key = coincurve.PrivateKey(secret.to_bytes(32, "big"))
    prefix = bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200")
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message))
        return _compact(r, order - s if high_s else s)

    return Identity(prefix + key.public_key.format(compressed=False), sign)


def p256_identity(secret: int) -> Identity:
    key = ec.derive_private_key(secret, ec.SECP256R1())
    return Identity(
        _spki(key.public_key()), lambda message: _compact(*decode_dss_signature(key.sign(message, ec.ECDSA(SHA256()))))
    )


def canister_identity(canister_id: Principal, seed: bytes, *, root_key: RootKey = ROOT_KEY) -> Identity:
    """Signs as Internet Identity does: by a certificate over a tree that holds the message's hash."""
    key = bytes([len(canister_id)]) + canister_id + seed

    def sign(message: bytes) -> bytes:
        tree = Labeled(b"sig", Labeled(sha256(seed).digest(), Labeled(sha256(message).digest(), Leaf(b""))))
        certified = Labeled(b"canister", Labeled(canister_id, Labeled(b"certified_data", Leaf(root_hash(tree)))))
        certificate = make_certificate(Fork(certified, Labeled(b"time", Leaf(leb128(NOW_NS)))), root_key)
        return cbor2.dumps(cbor2.CBORTag(55799, {"certificate": certificate, "tree": cbor2.loads(to_cbor(tree))}))

    return Identity(_der_with_oid("300c060a2b0601040183b8430102", key), sign)


def webauthn_identity(cose: dict[int, object], sign_raw: Callable[[bytes], bytes]) -> Identity:
    def sign(message: bytes) -> bytes:
        challenge = urlsafe_b64encode(message).rstrip(b"=").decode()
        client_data = json.dumps({"type": "webauthn.get", "challenge": challenge, "origin": "http://localhost"})
        data = b"authenticator data"
        signature = sign_raw(data + sha256(client_data.encode()).digest())
        return cbor2.dumps(
            cbor2.CBORTag(55799, {"authenticator_data": data, "client_data_json": client_data, "signature": signature})
        )

    return Identity(_der_with_oid("300c060a2b0601040183b8430101", cbor2.dumps(cose)), sign)


def webauthn_es256() -> Identity:
    key = ec.derive_private_key(11, ec.SECP256R1())
    numbers = key.public_key().public_numbers()
    x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
    cose = {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    return webauthn_identity(cose, lambda data: key.sign(data, ec.ECDSA(SHA256())))


def webauthn_rs256() -> Identity:
    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    cose = {1: 3, 3: -257, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    return webauthn_identity(cose, lambda data: key.sign(data, padding.PKCS1v15(), SHA256()))


def webauthn_eddsa() -> Identity:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x05" * 32)
    cose = {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
    return webauthn_identity(cose, key.sign)


def delegate(signer: Identity, to: Identity, *, expires_ns: int = NOW_NS + 60 * MINUTE_NS, **more: object) -> dict:
    delegation = {"pubkey": to.public_key_der, "expiration": expires_ns, **more}
    return {
        "delegation": delegation,
        "signature": signer.sign(b"\x1aic-request-auth-delegation" + hash_map(delegation)),
    }


def content_of(sender: Principal, **changes: object) -> dict:
    content: dict = {
        "request_type": "call",
        "canister_id": CANISTER,
        "method_name": "hello",
        "arg": b"DIDL\x00\x00",
        "sender": sender,
        "ingress_expiry": NOW_NS + MINUTE_NS,
    }
    content.update(changes)
    return {key: value for key, value in content.items() if value is not None}


def read_state_of(sender: Principal, *paths: list[bytes], **changes: object) -> dict:
    return {
        "request_type": "read_state",
        "sender": sender,
        "ingress_expiry": NOW_NS + MINUTE_NS,
        "paths": list(paths),
        **changes,
    }


def envelope_of(content: dict, signer: Identity | None, chain: list[dict] | None = None, **changes: object) -> bytes:
    """An envelope signed by `signer`; with a chain, `sender_pubkey` in `changes` names the root of it."""
    envelope: dict = {"content": content}
    if signer is not None:
        envelope["sender_pubkey"] = signer.public_key_der
        envelope["sender_sig"] = signer.sign(b"\x0aic-request" + hash_map(content))
    if chain is not None:
        envelope["sender_delegation"] = chain
    envelope.update(changes)
    return cbor2.dumps(envelope)


def _spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _compact(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _der_with_oid(algorithm: str, key: bytes) -> bytes:
    return _der(0x30, bytes.fromhex(algorithm) + _der(0x03, b"\x00" + key))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    encoded = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(encoded)]) + encoded + content


ALICE = ed25519_identity(bytes(range(32)))
BOB = secp256k1_identity(7)
CAROL = p256_identity(7)
DAVE = canister_identity(Principal.from_counter(4), b"a seed of thirty-two bytes or so")
MALLORY = ed25519_identity(b"\x66" * 32)
SESSION = ed25519_identity(bytes(range(32, 64)))
