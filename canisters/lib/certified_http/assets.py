"""A fixed set of files, certified: build the site once, certify its root, answer every request from it.

    SITE = build_site([SiteFile(paths=["/"], content_type="text/html", body=PAGE)])
    ic.set_certified_data(SITE.root_hash)                   # in init and post_upgrade
    return respond(SITE, request, ic.data_certificate())    # in http_request

A site is a constant: what it holds follows from the files alone, so a module may build it while it is imported.
"""

from hashlib import sha256
from typing import NamedTuple

from canisters.lib.certified_http.answers import IDENTITY, Asset, answer, asset_entry, asset_expression
from canisters.lib.certified_http.api import HttpRequest, HttpResponse
from canisters.lib.certified_http.folders import Folder, Path, root_digest, update_folders, witness
from canisters.lib.certified_http.hash_tree import Node, node_digest
from canisters.lib.certified_http.paths import (
    FALLBACK_PATH,
    exact_path,
    fallback_paths,
    key_of_segments,
    segments_of_key,
    segments_of_url,
)
from canisters.lib.certified_http.proof import proof_headers
from canisters.lib.certified_http.responses import Header, entry_node

NOT_FOUND_BODY = b"Not found\n"

_TYPES_BY_EXTENSION = {
    "css": "text/css; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
}


class SiteFile(NamedTuple):
    """One file under one or more paths (`/dir` and `/dir/` are two).

    `gzip_body` must be bytes that never change for the same `body`: compress when the file is made, not at run time,
    because two versions of a compressor may differ and the certified hash is of the bytes.
    """

    paths: list[str]
    content_type: str
    body: bytes
    headers: tuple[Header, ...] = ()
    gzip_body: bytes | None = None


class Site(NamedTuple):
    root_hash: bytes
    assets: dict[str, Asset]
    bodies: dict[tuple[str, str], bytes]
    folders: dict[Path, Folder]
    entries: dict[Path, Node]
    not_found: Asset


def build_site(files: list[SiteFile], not_found_headers: tuple[Header, ...] = ()) -> Site:
    """Everything `respond` needs. Paths that no file has are answered with a certified 404."""
    not_found = Asset("text/plain; charset=utf-8", not_found_headers, {IDENTITY: sha256(NOT_FOUND_BODY).digest()}, 404)
    assets = {key: _asset(file) for file in files for key in file.paths}
    bodies = {(key, encoding): body for file in files for key in file.paths for encoding, body in _bodies(file).items()}
    entries = {exact_path(segments_of_key(key)): entry_node(asset_entry(asset)) for key, asset in assets.items()}
    entries[FALLBACK_PATH] = entry_node(asset_entry(not_found))
    digests: dict[Path, bytes | None] = {path: node_digest(node) for path, node in entries.items()}
    folders = update_folders(digests, lambda _: [])
    return Site(root_digest(folders[()]), assets, bodies, folders, entries, not_found)


def respond(site: Site, request: HttpRequest, certificate: bytes | None) -> HttpResponse:
    segments = segments_of_url(request["url"])
    key = key_of_segments(segments)
    asset = site.assets.get(key)
    if asset is None:
        reply = answer(site.not_found, [])
        proof = _proof(site, site.not_found, FALLBACK_PATH, fallback_paths(segments), certificate)
        return {"status_code": reply.status, "headers": [*reply.headers, *proof], "body": NOT_FOUND_BODY}
    reply = answer(asset, request["headers"])
    path = exact_path(segments)
    body = b"" if reply.encoding is None else site.bodies[(key, reply.encoding)]
    proof = _proof(site, asset, path, [path], certificate)
    return {"status_code": reply.status, "headers": [*reply.headers, *proof], "body": body}


def content_type_of(path: str) -> str:
    """The media type by the extension of a file's name."""
    return _TYPES_BY_EXTENSION.get(path.rpartition(".")[2].lower(), "application/octet-stream")


def _asset(file: SiteFile) -> Asset:
    encodings = {encoding: sha256(body).digest() for encoding, body in _bodies(file).items()}
    return Asset(file.content_type, file.headers, encodings)


def _bodies(file: SiteFile) -> dict[str, bytes]:
    bodies = {IDENTITY: file.body}
    if file.gzip_body is not None:
        bodies["gzip"] = file.gzip_body
    return bodies


def _proof(site: Site, asset: Asset, path: Path, shown: list[Path], certificate: bytes | None) -> list[Header]:
    tree = witness(shown, site.folders.__getitem__, site.entries.__getitem__)
    return proof_headers(asset_expression(asset), path, tree, certificate)
