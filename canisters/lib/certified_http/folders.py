"""The upper part of the tree: one level for each segment of a URL's path, read folder by folder.

A *folder* is the sorted list of what lies below one path: `(label, digest of the subtree)`. A label is a segment of a
path, or `<$>` (an answer for exactly this path) or `<*>` (for everything below it); those two lead to an *entry*, the
answers that are allowed there. Folders are small, so a witness is made from the few that lie on its paths, whether they
are constants or rows of a stable map, and a change rewrites only the folders above it.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from canisters.lib.certified_http.hash_tree import (
    EMPTY,
    Node,
    fork,
    fork_digest,
    labeled,
    labeled_digest,
    node_digest,
    pruned,
)

Folder = list[tuple[bytes, bytes]]
Path = tuple[bytes, ...]

ROOT_LABEL = b"http_expr"
EXACT = b"<$>"
WILDCARD = b"<*>"


def folder_digest(folder: Folder) -> bytes:
    return _span_digest(folder, 0, len(folder))


def root_digest(root: Folder) -> bytes:
    """The 32 bytes to certify, when `root` is the folder of the empty path."""
    return labeled_digest(ROOT_LABEL, folder_digest(root))


def update_folders(changes: dict[Path, bytes | None], load_folder: Callable[[Path], Folder]) -> dict[Path, Folder]:
    """Every folder that differs after `changes`, the root among them, each computed once.

    `changes` maps paths of entries to their new digest, or to None where the entry goes away. `load_folder` is asked
    for folders that may not exist yet and answers an empty one then; a folder that ends up empty is gone.
    """
    pending = dict(changes)
    changed: dict[Path, Folder] = {}
    for depth in range(max(len(path) for path in changes), 0, -1):
        for parent, children in _by_parent(pending, depth).items():
            folder = dict(load_folder(parent))
            folder.update(children)
            changed[parent] = sorted((label, digest) for label, digest in folder.items() if digest is not None)
            if parent:
                pending[parent] = folder_digest(changed[parent]) if changed[parent] else None
    return changed


def _by_parent(pending: dict[Path, bytes | None], depth: int) -> dict[Path, dict[bytes, Any]]:
    parents: dict[Path, dict[bytes, Any]] = {}
    for path, digest in pending.items():
        if len(path) == depth:
            parents.setdefault(path[:-1], {})[path[-1]] = digest
    return parents


def witness(paths: list[Path], load_folder: Callable[[Path], Folder], load_entry: Callable[[Path], Node]) -> Node:
    """The tree pruned to `paths`: each is shown, or shown to be absent by its neighbours.

    `load_entry` is asked for paths that end in `<$>` or `<*>`, `load_folder` for all others, and only for what exists.
    """

    def reveal(at: Path, below: list[Path]) -> Node:
        folder = load_folder(at)
        shown: dict[bytes, Node] = {}
        for label in sorted({path[0] for path in below}):
            place = bisect_left(folder, (label, b""))
            if place < len(folder) and folder[place][0] == label:
                shown[label] = _child(at, label, below)
            else:
                # A reader concludes "absent" only from two neighbours that touch.
                for neighbour, digest in folder[max(place - 1, 0) : place + 1]:
                    shown.setdefault(neighbour, pruned(digest))
        return _span_node(folder, shown, 0, len(folder))

    def _child(at: Path, label: bytes, below: list[Path]) -> Node:
        if label in (EXACT, WILDCARD):
            return load_entry((*at, label))
        rests = [path[1:] for path in below if path[0] == label and len(path) > 1]
        return reveal((*at, label), rests)

    return labeled(ROOT_LABEL, reveal((), paths))


def _span_digest(folder: Folder, start: int, end: int) -> bytes:
    if start == end:
        return node_digest(EMPTY)
    if end - start == 1:
        return labeled_digest(*folder[start])
    middle = (start + end) // 2
    return fork_digest(_span_digest(folder, start, middle), _span_digest(folder, middle, end))


def _span_node(folder: Folder, shown: dict[bytes, Node], start: int, end: int) -> Node:
    if start == end:
        return EMPTY
    if not any(child[0] in shown for child in folder[start:end]):
        return pruned(_span_digest(folder, start, end))
    if end - start == 1:
        return labeled(folder[start][0], shown[folder[start][0]])
    middle = (start + end) // 2
    return fork(_span_node(folder, shown, start, middle), _span_node(folder, shown, middle, end))
