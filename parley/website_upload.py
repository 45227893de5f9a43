"""Puts the files of the web client into the website canister, with `/config.json` that tells it where everything is.

What the canister has already, by SHA-256, is not sent again, and files that are gone are deleted, all in one batch: a
browser sees the old client or the new one, never a mixture.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parley.agent import Agent
from parley.deployment import Deployment
from parley.interfaces import ask, call
from parley.version import version
from replica.principal import Principal

CHUNK_BYTES: Final = 1_000_000
_LIST_PAGE: Final = 100
_YEAR_SECONDS: Final = 365 * 24 * 3600
_CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_COMPRESSED_TYPES: Final = ("text/", "application/json", "application/manifest+json", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Asset:
    key: str
    content_type: str
    encodings: Mapping[str, bytes]
    max_age_seconds: int

    def hashes(self) -> dict[str, bytes]:
        return {encoding: hashlib.sha256(content).digest() for encoding, content in self.encodings.items()}


def collect_assets(folder: Path, config: Mapping[str, str]) -> list[Asset]:
    """The files under `folder`, and `/config.json`, in the order of their keys."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    files = {f"/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}
    files["/config.json"] = json.dumps(config, indent=2).encode() + b"\n"
    return [_asset(key, content) for key, content in sorted(files.items())]


def client_config(deployment: Deployment, *, environment: str, vapid_public_key: str) -> dict[str, str]:
    """What the web client must know before its first call; it learns the replica's address from its own."""
    return {
        "environment": environment,
        "userIndex": deployment["user_index"].text,
        "groupIndex": deployment["group_index"].text,
        "notifications": deployment["notifications"].text,
        "website": deployment["website"].text,
        "vapidPublicKey": vapid_public_key,
        "version": version(),
    }


def upload_assets(agent: Agent, website: Principal, assets: list[Asset]) -> int:
    """Make the website hold exactly `assets`; answers how many keys changed."""
    present = _present(agent, website)
    changed = [asset for asset in assets if present.get(asset.key) != (asset.content_type, asset.hashes())]
    gone = sorted(set(present) - {asset.key for asset in assets})
    if not changed and not gone:
        return 0

    batch_id = call(agent, "website", website, "create_batch", {})["batch_id"]
    operations: list[dict[str, object]] = []
    # An asset that exists is deleted first, since its content type or encodings may differ.
    operations += [{"DeleteAsset": {"key": key}} for key in [*gone, *(a.key for a in changed if a.key in present)]]
    for asset in changed:
        operations += _operations(agent, website, batch_id, asset)
    call(agent, "website", website, "commit_batch", {"batch_id": batch_id, "operations": operations})
    return len(changed) + len(gone)


def _present(agent: Agent, website: Principal) -> dict[str, tuple[str, dict[str, bytes]]]:
    """What the website holds: key -> content type and the hash of each encoding."""
    present: dict[str, tuple[str, dict[str, bytes]]] = {}
    while True:
        page = ask(agent, "website", website, "list", {"start": len(present), "length": _LIST_PAGE})
        for details in page:
            hashes = {item["content_encoding"]: bytes(item["sha256"] or b"") for item in details["encodings"]}
            present[details["key"]] = (details["content_type"], hashes)
        if len(page) < _LIST_PAGE:
            return present


def _operations(agent: Agent, website: Principal, batch_id: int, asset: Asset) -> list[dict[str, object]]:
    create: dict[str, object] = {
        "key": asset.key,
        "content_type": asset.content_type,
        "max_age": asset.max_age_seconds,
        "headers": None,
        "enable_aliasing": None,
        "allow_raw_access": None,
    }
    operations: list[dict[str, object]] = [{"CreateAsset": create}]
    for encoding, content in asset.encodings.items():
        contents = [content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES)] or [b""]
        chunk_ids = [
            call(agent, "website", website, "create_chunk", {"batch_id": batch_id, "content": piece})["chunk_id"]
            for piece in contents
        ]
        set_content = {
            "key": asset.key,
            "content_encoding": encoding,
            "chunk_ids": chunk_ids,
            "sha256": hashlib.sha256(content).digest(),
        }
        operations.append({"SetAssetContent": set_content})
    return operations


def _asset(key: str, content: bytes) -> Asset:
    content_type = _CONTENT_TYPES.get(Path(key).suffix) or mimetypes.guess_type(key)[0] or "application/octet-stream"
    encodings = {"identity": content}
    if content_type.startswith(_COMPRESSED_TYPES):
        packed = gzip.compress(content, mtime=0)
        if len(packed) < len(content):
            encodings["gzip"] = packed
    # The build puts a hash of the content into the names of files under /assets/, so those never change.
    return Asset(key, content_type, encodings, _YEAR_SECONDS if key.startswith("/assets/") else 0)
