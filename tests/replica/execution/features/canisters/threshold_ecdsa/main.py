"""Threshold signatures: the calls are there, and nobody holds shares of a key."""

from kybra import Async, text, update
from kybra.canisters.management import management_canister


@update
def public_key() -> Async[text]:
    key_id = {"curve": {"secp256k1": None}, "name": "dfx_test_key"}
    args = {"canister_id": None, "derivation_path": [], "key_id": key_id}
    result = yield management_canister.ecdsa_public_key(args)
    return result.Err or "a key"
