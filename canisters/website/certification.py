"""Keeps the certified tree in step with the files, and proves answers with it.

The tree is stored: an entry for every path that a file answers, one for everything else, and the folders above them.
A change recomputes the entries of the paths it can concern and rehashes the folders above those; an answer reads the
folders on its path. No content is read for either.

    tree   "e" + SHA-256 of the path's labels -> entry: {expression hash: [response hashes]}
           "f" + SHA-256 of the path's labels -> folder: [[label, digest], ...]
"""

from hashlib import sha256
from typing import Any

import msgpack
from kybra import ic

from canisters.lib.certified_http.answers import IDENTITY, Asset, asset_entry, asset_expression
from canisters.lib.certified_http.folders import Folder, Path, root_digest, update_folders, witness
from canisters.lib.certified_http.hash_tree import Node, node_digest
from canisters.lib.certified_http.paths import FALLBACK_PATH, exact_path, segments_of_key
from canisters.lib.certified_http.proof import proof_headers
from canisters.lib.certified_http.responses import Entry, Header, entry_node, merge_entries
from canisters.lib.stable import pieces
from canisters.website import assets, state
from canisters.website.model.headers import SECURITY_HEADERS, asset_headers
from canisters.website.model.keys import paths_of_key

INDEX_KEY = "/index.html"
NOT_FOUND_BODY = b"Not found\n"
NOT_FOUND = Asset(
    "text/plain; charset=utf-8",
    (("cache-control", "no-cache"), *SECURITY_HEADERS),
    {IDENTITY: sha256(NOT_FOUND_BODY).digest()},
    404,
)


def certified_asset(key: str, record: dict[str, Any]) -> Asset:
    own = [(name, value) for name, value in record["h"]]
    hashes = {encoding: details["h"] for encoding, details in record["e"].items()}
    return Asset(record["t"], tuple(asset_headers(key, record["a"], own)), hashes)


def certify(keys: list[str]) -> None:
    """Bring the tree up to date after changes to the files under `keys`."""
    paths = {path for key in keys for path in paths_of_key(key)}
    changes = {exact_path(segments_of_key(path)): _entry_of_path(path) for path in paths}
    changes[FALLBACK_PATH] = _fallback_entry()
    digests = {path: _put_entry(path, entry) for path, entry in changes.items()}
    changed = update_folders(digests, _load_folder)
    for path, folder in changed.items():
        _put(b"f", path, folder)
    ic.set_certified_data(root_digest(changed[()]))


def certify_all() -> None:
    """The same for every file there is; only after an upgrade, since it reads all records."""
    certify(state.records.keys())


def proof(asset: Asset, path: Path, shown: list[Path]) -> list[Header]:
    """The headers that prove an answer with `asset` at `path`; `shown` is what the witness must reveal for it."""
    tree = witness(shown, _load_folder, _load_entry)
    return proof_headers(asset_expression(asset), path, tree, ic.data_certificate())


def _entry_of_path(path: str) -> Entry | None:
    found = assets.resolve(path)
    return None if found is None else asset_entry(certified_asset(*found))


def _fallback_entry() -> Entry:
    """Everything else is the client's page or a 404; which of the two follows from the path, not from the tree."""
    page = _entry_of_path(INDEX_KEY)
    not_found = asset_entry(NOT_FOUND)
    return not_found if page is None else merge_entries([page, not_found])


def _put_entry(path: Path, entry: Entry | None) -> bytes | None:
    _put(b"e", path, entry)
    return None if entry is None else node_digest(entry_node(entry))


def _put(table: bytes, path: Path, value: Any) -> None:
    if value:
        pieces.put(state.tree, _key(table, path), msgpack.packb(value))
    else:
        pieces.remove(state.tree, _key(table, path))


def _load_folder(path: Path) -> Folder:
    packed = pieces.get(state.tree, _key(b"f", path))
    return [] if packed is None else [(label, digest) for label, digest in msgpack.unpackb(packed)]


def _load_entry(path: Path) -> Node:
    packed = pieces.get(state.tree, _key(b"e", path))
    assert packed is not None, "a certified path has no entry"
    return entry_node(msgpack.unpackb(packed, strict_map_key=False))


def _key(table: bytes, path: Path) -> bytes:
    # A slash before each label, so that the root and the folder of the empty label differ.
    return table + sha256(b"".join([b"/" + label for label in path])).digest()
