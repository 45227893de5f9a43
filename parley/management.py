"""The calls of the management canister that deploying needs. Interface spec, "The IC management canister".

Modules always travel in chunks: a bundle with the dashboard inside may be larger than one ingress message allows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from parley.agent import Agent
from replica.candid.did import parse_did
from replica.principal import MANAGEMENT, Principal

CHUNK_BYTES: Final = 1_000_000
STORED_CHUNKS_MAX: Final = 100

InstallMode = Literal["install", "reinstall", "upgrade"]

_INTERFACE: Final = parse_did("""
type canister_settings = record {
  controllers : opt vec principal;
  compute_allocation : opt nat;
  memory_allocation : opt nat;
  freezing_threshold : opt nat;
};
type chunk_hash = record { hash : blob };
type install_mode = variant {
  install;
  reinstall;
  upgrade : opt record { skip_pre_upgrade : opt bool };
};
service : {
  provisional_create_canister_with_cycles : (record { amount : opt nat; settings : opt canister_settings })
    -> (record { canister_id : principal });
  upload_chunk : (record { canister_id : principal; chunk : blob }) -> (chunk_hash);
  stored_chunks : (record { canister_id : principal }) -> (vec chunk_hash);
  clear_chunk_store : (record { canister_id : principal }) -> ();
  install_chunked_code : (record {
    mode : install_mode;
    target_canister : principal;
    store_canister : opt principal;
    chunk_hashes_list : vec chunk_hash;
    wasm_module_hash : blob;
    arg : blob;
  }) -> ();
  start_canister : (record { canister_id : principal }) -> ();
  stop_canister : (record { canister_id : principal }) -> ();
  delete_canister : (record { canister_id : principal }) -> ();
  canister_status : (record { canister_id : principal }) -> (record {
    status : variant { running; stopping; stopped };
    module_hash : opt blob;
    memory_size : nat;
    cycles : nat;
    settings : record { controllers : vec principal };
  });
}
""")


def create_canister(agent: Agent, *, cycles: int) -> Principal:
    """A new empty canister with cycles out of nothing, as test networks allow."""
    reply = _call(agent, "provisional_create_canister_with_cycles", MANAGEMENT, {"amount": cycles, "settings": None})
    return Principal(reply["canister_id"])


def canister_status(agent: Agent, canister_id: Principal) -> dict[str, Any]:
    return dict(_call(agent, "canister_status", canister_id, {"canister_id": canister_id}))


def stop_canister(agent: Agent, canister_id: Principal) -> None:
    _call(agent, "stop_canister", canister_id, {"canister_id": canister_id})


def start_canister(agent: Agent, canister_id: Principal) -> None:
    _call(agent, "start_canister", canister_id, {"canister_id": canister_id})


def delete_canister(agent: Agent, canister_id: Principal) -> None:
    """Only a stopped one can be deleted; its id is never given to another."""
    _call(agent, "delete_canister", canister_id, {"canister_id": canister_id})


def upload_module(agent: Agent, canister_id: Principal, module: bytes) -> list[bytes]:
    """Put `module` into the chunk store of `canister_id`; answers the hashes in order. What is there is not sent again.

    An index keeps the module of its children in the same store, so other chunks stay until the store is full.
    """
    chunks = [module[start : start + CHUNK_BYTES] for start in range(0, len(module), CHUNK_BYTES)]
    hashes = [hashlib.sha256(chunk).digest() for chunk in chunks]
    stored = stored_chunks(agent, canister_id)
    if len(stored.union(hashes)) > STORED_CHUNKS_MAX:
        _call(agent, "clear_chunk_store", canister_id, {"canister_id": canister_id})
        stored = set()
    for chunk, chunk_hash in zip(chunks, hashes, strict=True):
        if chunk_hash not in stored:
            _call(agent, "upload_chunk", canister_id, {"canister_id": canister_id, "chunk": chunk})
    return hashes


def stored_chunks(agent: Agent, canister_id: Principal) -> set[bytes]:
    return {bytes(item["hash"]) for item in _call(agent, "stored_chunks", canister_id, {"canister_id": canister_id})}


def install_module(
    agent: Agent, canister_id: Principal, module: bytes, *, mode: InstallMode, arg: bytes, chunk_hashes: Sequence[bytes]
) -> None:
    """Run `module`, whose chunks are in the canister's own store."""
    request = {
        "mode": {mode: None},
        "target_canister": canister_id,
        "store_canister": None,
        "chunk_hashes_list": [{"hash": chunk_hash} for chunk_hash in chunk_hashes],
        "wasm_module_hash": hashlib.sha256(module).digest(),
        "arg": arg,
    }
    _call(agent, "install_chunked_code", canister_id, request)


def _call(agent: Agent, method: str, effective_canister_id: Principal, request: Mapping[str, object]) -> Any:
    reply = agent.update(MANAGEMENT, method, _INTERFACE.encode_args(method, request), effective_canister_id)
    results = _INTERFACE.decode_results(method, reply)
    return results[0] if results else None
