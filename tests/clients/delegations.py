"""Delegations as AuthClient exports them, for the Python clients that read them: from a key, and from a canister."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from replica.candid.did import parse_did
from replica.certification.representation import hash_map
from tests.clients.network import CLIENTS, Network

EXPIRATION_NS: Final = 2**63
_SEPARATOR: Final = b"\x1aic-request-auth-delegation"
_CANISTER_KEY: Final = bytes.fromhex("303c300c060a2b0601040183b8430102032c000a")
_SIGNER: Final = parse_did((CLIENTS / "canisters/signer/signer.did").read_text())


def chain_json(root_key_der: bytes, session_key_der: bytes, sign: Callable[[bytes], bytes], *, expiration: str) -> str:
    """One delegation to a session key. `expiration` is spelt as the reader expects it: clients differ."""
    delegation = {"pubkey": session_key_der, "expiration": EXPIRATION_NS}
    signature = sign(_SEPARATOR + hash_map(delegation))
    link = {"pubkey": session_key_der.hex(), "expiration": expiration}
    chain = {"delegations": [{"delegation": link, "signature": signature.hex()}], "publicKey": root_key_der.hex()}
    return json.dumps(chain)


def canister_identity(network: Network, name: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    """The key of somebody whose identity is a seed of the signer canister, and how it signs for them."""
    seed = sha256(name.encode()).digest()

    def sign(message: bytes) -> bytes:
        arg = _SIGNER.encode_args("prepare", seed, message)
        network.agent.update(network.signer, "prepare", arg)
        (signature,) = _SIGNER.decode_results("signature", network.agent.query(network.signer, "signature", arg))
        return bytes(signature)

    return _CANISTER_KEY + network.signer + seed, sign
