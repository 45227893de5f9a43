"""A module named `blst`, for tests: the part of the official binding that icp-py-core calls, made of pyblst.

The official binding is not published as a package. icp-py-core imports it by name to verify certificates; this lets its
own verification code run on real pairings. Used by putting this folder on the import path.
"""

from __future__ import annotations

import pyblst

BLST_SUCCESS = 0
BLST_VERIFY_FAIL = 5

_GENERATOR = pyblst.BlstP2Element.uncompress(
    bytes.fromhex(
        "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
    )
)


class P2_Affine:
    def __init__(self, compressed: bytes) -> None:
        self.point = pyblst.BlstP2Element.uncompress(compressed)


class P1_Affine:
    def __init__(self, compressed: bytes) -> None:
        self.point = pyblst.BlstP1Element.uncompress(compressed)

    def core_verify(
        self, public_key: P2_Affine, is_hash: bool, message: bytes, domain: bytes, augmentation: bytes | None
    ) -> int:
        if not is_hash or augmentation:
            raise ValueError("only plain hash-to-curve signatures are verified here")
        hashed = pyblst.BlstP1Element.hash_to_group(message, domain)
        is_valid = pyblst.final_verify(
            pyblst.miller_loop(self.point, _GENERATOR), pyblst.miller_loop(hashed, public_key.point)
        )
        return BLST_SUCCESS if is_valid else BLST_VERIFY_FAIL


class Pairing:
    """Looked for by icp-py-core, and used only when `core_verify` does not exist."""
