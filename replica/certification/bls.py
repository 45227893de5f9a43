"""BLS12-381 signatures as the Internet Computer uses them: signatures in G1, public keys in G2.

pyblst offers points and pairings; this file adds what makes them a signature scheme and the DER form of public keys.
Interface spec, "Certificate"; RFC draft-irtf-cfrg-bls-signature, minimal-signature-size variant.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import pyblst

SIGNATURE_BYTES: Final = 48
GROUP_ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
DER_PREFIX: Final = bytes.fromhex("308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100")

_DOMAIN: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_PUBLIC_KEY_BYTES: Final = 96
_G2_GENERATOR: Final = bytes.fromhex(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
)
_IDENTITY_G1: Final = b"\xc0" + bytes(47)
_IDENTITY_G2: Final = b"\xc0" + bytes(95)


def sign(secret: int, message: bytes) -> bytes:
    point = pyblst.BlstP1Element.hash_to_group(message, _DOMAIN).scalar_mul(secret)
    return bytes(point.compress())


def public_key_der(secret: int) -> bytes:
    return DER_PREFIX + bytes(_generator().scalar_mul(secret).compress())


def verify(public_key_der: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is the one that the holder of this key makes for `message`; bad encodings are just false."""
    try:
        key = _public_point(public_key_der)
        if len(signature) != SIGNATURE_BYTES or signature == _IDENTITY_G1:
            return False
        point = pyblst.BlstP1Element.uncompress(signature)
    except ValueError:
        return False
    hashed = pyblst.BlstP1Element.hash_to_group(message, _DOMAIN)
    return bool(pyblst.final_verify(pyblst.miller_loop(point, _generator()), pyblst.miller_loop(hashed, key)))


@lru_cache(maxsize=1)
def _generator() -> pyblst.BlstP2Element:
    return pyblst.BlstP2Element.uncompress(_G2_GENERATOR)


@lru_cache(maxsize=64)
def _public_point(der: bytes) -> pyblst.BlstP2Element:
    raw = der.removeprefix(DER_PREFIX)
    if len(der) != len(DER_PREFIX) + _PUBLIC_KEY_BYTES or len(raw) != _PUBLIC_KEY_BYTES or raw == _IDENTITY_G2:
        raise ValueError("not a BLS12-381 public key in DER")
    return pyblst.BlstP2Element.uncompress(raw)
