"""The tree behind the replicated state: paths of labels to values, with a root hash that keeps up with changes.

It holds what may be certified (canisters, request statuses, time) for as many canisters as fit in memory. `set` and
`delete` cost O(log n) and only mark what they touched; `root_hash` recomputes the marked part; `witness_cbor` writes
the part that one reader may see, as it goes into a certificate. Contents decide the shape, not history, so replicas
and restarts agree on every hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from replica.certification.hash_tree import EMPTY_HASH, HashTree, from_cbor
from replica.certification.subtree import Content, Subtree, to_node
from replica.certification.tree_nodes import EMPTY, Container, Node, Wanted

__all__ = ["Content", "LabelTree", "Subtree"]


class LabelTree:
    __slots__ = ("_root",)

    def __init__(self) -> None:
        self._root: Container | None = None

    def set(self, path: Sequence[bytes], content: Content) -> None:
        """Put a value, or a mapping of labels to contents, in place of whatever is at `path`.

        A container without labels does not exist: setting an empty mapping deletes. Content used for many paths can be
        built once with `Subtree.of` and is then shared.
        """
        if content == {}:
            self.delete(path)
        else:
            self._root = _put(self._root, path, to_node(content))

    def delete(self, path: Sequence[bytes]) -> None:
        """Remove what is at `path`, and containers that this leaves empty. Nothing there is no error."""
        if self._root is not None:
            self._root = _remove(self._root, path)

    def get(self, path: Sequence[bytes]) -> bytes | None:
        """The value at `path`; None if there is none, or labels instead."""
        node = self._find(path)
        return node if isinstance(node, bytes) else None

    def label_count(self, path: Sequence[bytes]) -> int:
        """How many labels there are right below `path`."""
        node = self._find(path)
        return len(node) if isinstance(node, Container) else 0

    def _find(self, path: Sequence[bytes]) -> Node | None:
        node: Node | None = self._root
        for label in path:
            if not isinstance(node, Container):
                return None
            node = node.get(label)
        return node

    def root_hash(self) -> bytes:
        return EMPTY_HASH if self._root is None else self._root.root_hash()

    def witness(self, paths: Iterable[Sequence[bytes]]) -> HashTree:
        """The tree pruned to `paths`, with everything below them; absent paths are proved by their neighbours."""
        return from_cbor(self.witness_cbor(paths))

    def witness_cbor(self, paths: Iterable[Sequence[bytes]]) -> bytes:
        """`witness` in its wire form, which is all that a certificate needs."""
        out: list[bytes] = []
        if self._root is None:
            out.append(EMPTY)
        else:
            self._root.write_witness(_wanted(paths), out)
        return b"".join(out)


def _put(container: Container | None, path: Sequence[bytes], node: Node) -> Container:
    label = path[0]
    if len(path) > 1:
        below = None if container is None else container.get(label)
        node = _put(below if isinstance(below, Container) else None, path[1:], node)
    return Subtree.of({label: node}) if container is None else container.put(label, node)


def _remove(container: Container, path: Sequence[bytes]) -> Container | None:
    label = path[0]
    if len(path) == 1:
        return container.remove(label)
    below = container.get(label)
    if not isinstance(below, Container):
        return container
    remaining = _remove(below, path[1:])
    return container.remove(label) if remaining is None else container.put(label, remaining)


def _wanted(paths: Iterable[Sequence[bytes]]) -> Wanted | None:
    """Paths as nested labels; a path that is a prefix of another wants everything below it."""
    wanted: Wanted = {}
    for path in paths:
        if not path:
            return None
        level = wanted
        for label in path[:-1]:
            below = level.setdefault(label, {})
            if below is None:
                break
            level = below
        else:
            level[path[-1]] = None
    return wanted
