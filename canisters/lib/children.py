"""The canisters that an index creates: the module they run, and where each one stands.

The user index and the group index share this, `pool.py` (empty canisters that wait for somebody) and `upgrades.py`
(bringing everyone to the current module). All of it lives in two stable maps that the index declares and passes in:

    records   "M"           -> the module: version, hash, chunks (hashes in the own chunk store), generation
              "P"           -> the pool: n canisters in it, f filling since (ms)
              "U"           -> upgrades: see `upgrades.py`
              "C" + number  -> a child: id, g generation and v version of the module it runs
    indexes   "n" + canister id -> number (u32)
              "p" + slot (u32)  -> canister id

A *generation* counts the modules this index was given. Two modules may carry the same version while people develop,
so it is generations that are compared.
"""

from collections.abc import Generator
from typing import Any, NamedTuple

import msgpack
from kybra import Principal, StableBTreeMap

from canisters.lib import env, version
from canisters.lib.management import ManagementInstallMode, management
from canisters.lib.stable import pieces


class ChildMaps(NamedTuple):
    records: StableBTreeMap[bytes, bytes]
    indexes: StableBTreeMap[bytes, bytes]


def load(maps: ChildMaps, key: bytes) -> dict[str, Any]:
    packed = pieces.get(maps.records, key)
    return {} if packed is None else msgpack.unpackb(packed)


def save(maps: ChildMaps, key: bytes, record: dict[str, Any]) -> None:
    pieces.put(maps.records, key, msgpack.packb(record))


# -- The module ------------------------------------------------------------------------------------------------------


def module(maps: ChildMaps) -> dict[str, Any] | None:
    """`version`, `hash`, `chunks` and `generation` of the module that children should run; None before the first."""
    record = load(maps, b"M")
    return record or None


def module_refusal(maps: ChildMaps, new_version: str, module_hash: bytes, chunk_hashes: list[bytes]) -> str | None:
    """Why this cannot be the next module, in words; None if it can."""
    parsed = version.parse(new_version)
    if parsed is None:
        return "version must be three numbers such as 1.2.3"
    if len(module_hash) != 32:
        return "module_hash must have 32 bytes"
    if not chunk_hashes or any(len(chunk_hash) != 32 for chunk_hash in chunk_hashes):
        return "chunk_hashes must name at least one chunk by its 32 bytes"
    current = module(maps)
    if current is not None and parsed < (version.parse(current["version"]) or ()):
        return f"version is lower than {current['version']}, which is in use"
    return None


def set_module(maps: ChildMaps, new_version: str, module_hash: bytes, chunk_hashes: list[bytes]) -> bool:
    """Make this the module that children should run. False if it was already, byte for byte."""
    current = module(maps)
    if current is not None and current["hash"] == module_hash:
        return False
    generation = 1 if current is None else current["generation"] + 1
    record = {"version": new_version, "hash": module_hash, "chunks": chunk_hashes, "generation": generation}
    save(maps, b"M", record)
    return True


def install(
    maps: ChildMaps, canister_id: bytes, mode: ManagementInstallMode, arg: bytes
) -> Generator[Any, Any, dict[str, Any]]:
    """Install the current module from our chunk store: `{"Ok": generation}` or `{"Err": text}`.

    An empty canister takes mode `reinstall` as well as `install`, so a canister whose installation was cut off by a
    crash can go back to the pool without anybody asking what became of it.
    """
    current = module(maps)
    if current is None:
        return {"Err": "there is no module to install yet"}
    result = yield management().install_chunked_code(
        {
            "mode": mode,
            "target_canister": Principal(canister_id),
            "store_canister": env.canister_id(),
            "chunk_hashes_list": [{"hash": chunk_hash} for chunk_hash in current["chunks"]],
            "wasm_module_hash": current["hash"],
            "arg": arg,
            "sender_canister_version": None,
        }
    )
    return {"Ok": current["generation"]} if result.Err is None else {"Err": result.Err}


# -- The children ----------------------------------------------------------------------------------------------------


def add(maps: ChildMaps, canister_id: bytes, generation: int) -> int:
    """Count a canister among the children from now on, and return its number."""
    totals = load(maps, b"U")
    number = totals.get("children", 0)
    totals["children"] = number + 1
    current = module(maps)
    assert current is not None, "a child was installed without a module"
    if generation == current["generation"]:
        totals["current"] = totals.get("current", 0) + 1
    save(maps, b"U", totals)
    save(maps, child_key(number), {"id": canister_id, "g": generation, "v": current["version"]})
    maps.indexes.insert(b"n" + canister_id, number.to_bytes(4, "big"))
    return number


def count(maps: ChildMaps) -> int:
    return load(maps, b"U").get("children", 0)


def number_of(maps: ChildMaps, canister_id: bytes) -> int | None:
    number = maps.indexes.get(b"n" + canister_id)
    return None if number is None else int.from_bytes(number, "big")


def child(maps: ChildMaps, number: int) -> dict[str, Any]:
    """`id`, `g` generation and `v` version of a child."""
    record = load(maps, child_key(number))
    assert record, "there is no child with this number"
    return record


def child_key(number: int) -> bytes:
    return b"C" + number.to_bytes(4, "big")
