"""A large, changing set of labelled children: all canisters, all requests whose status is still known.

A critical-bit tree with a cached hash in each fork. A change clears the caches on its path, `root_hash` fills in what
was cleared, so many changes before one certification share the work near the root.
"""

from __future__ import annotations

from hashlib import sha256

from replica.certification.hash_tree import EMPTY_HASH, FORK_PREFIX
from replica.certification.tree_nodes import (
    EMPTY,
    FORK,
    HIDDEN,
    PRESENCE_MASK,
    PRUNED,
    Container,
    Node,
    Wanted,
    critical_bit,
    has_bit,
    labeled_hash,
    write_labeled,
)


class _Entry:
    __slots__ = ("child", "label")

    def __init__(self, label: bytes, child: Node) -> None:
        self.label = label
        self.child = child


class _Fork:
    __slots__ = ("byte_index", "hash", "left", "mask", "right")

    def __init__(self, byte_index: int, mask: int, left: _Fork | _Entry, right: _Fork | _Entry) -> None:
        self.byte_index = byte_index
        self.mask = mask
        self.left = left
        self.right = right
        self.hash: bytes | None = None

    def splits_before(self, byte_index: int, mask: int) -> bool:
        """Whether this fork's bit comes before the given one in the order of bits."""
        return self.byte_index < byte_index or (self.byte_index == byte_index and self.mask > mask)


class Trie(Container):
    __slots__ = ("_count", "_root")

    def __init__(self) -> None:
        self._root: _Fork | _Entry | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def get(self, label: bytes) -> Node | None:
        if self._root is None:
            return None
        entry = _descend(self._root, label, [])
        return entry.child if entry.label == label else None

    def put(self, label: bytes, child: Node) -> Container:
        if self._root is None:
            self._root = _Entry(label, child)
            self._count = 1
            return self
        forks: list[_Fork] = []
        entry = _descend(self._root, label, forks)
        if entry.label == label:
            entry.child = child
        else:
            self._count += 1
            forks = self._insert(self._root, _Entry(label, child), forks, critical_bit(label, entry.label))
        for fork in forks:
            fork.hash = None
        return self

    def _insert(self, root: _Fork | _Entry, entry: _Entry, forks: list[_Fork], bit: tuple[int, int]) -> list[_Fork]:
        """Put a new fork where `bit` falls on the path; returns the forks above it."""
        above = _above(forks, bit)
        beside = _side(above[-1], entry.label) if above else root
        fork = _Fork(*bit, beside, entry) if has_bit(entry.label, *bit) else _Fork(*bit, entry, beside)
        self._replace(above, entry.label, fork)
        return above

    def remove(self, label: bytes) -> Container | None:
        forks: list[_Fork] = []
        if self._root is None or _descend(self._root, label, forks).label != label:
            return self
        if not forks:
            return None
        self._count -= 1
        last = forks.pop()
        self._replace(forks, label, last.left if _side(last, label) is last.right else last.right)
        for fork in forks:
            fork.hash = None
        return self

    def root_hash(self) -> bytes:
        return EMPTY_HASH if self._root is None else _hash(self._root)

    def write_witness(self, wanted: Wanted | None, out: list[bytes]) -> None:
        if self._root is None:
            out.append(EMPTY)
        elif wanted is None:
            _write_whole(self._root, out)
        else:
            _write(self._root, _visible(self._root, wanted), out)

    def _replace(self, above: list[_Fork], label: bytes, node: _Fork | _Entry) -> None:
        if not above:
            self._root = node
        elif _side(above[-1], label) is above[-1].right:
            above[-1].right = node
        else:
            above[-1].left = node


def _descend(root: _Fork | _Entry, label: bytes, forks: list[_Fork]) -> _Entry:
    """The only entry that can have this label; the forks on the way are added to `forks`."""
    node = root
    size_bytes = len(label)
    while isinstance(node, _Fork):
        forks.append(node)
        index = node.byte_index
        # The same as `_side`, written out: this loop is what an update spends its time in.
        node = node.right if index < size_bytes and (label[index] | PRESENCE_MASK) & node.mask else node.left
    return node


def _side(fork: _Fork, label: bytes) -> _Fork | _Entry:
    return fork.right if has_bit(label, fork.byte_index, fork.mask) else fork.left


def _above(forks: list[_Fork], bit: tuple[int, int]) -> list[_Fork]:
    """The forks on a path that stay above a fork at `bit`."""
    return [fork for fork in forks if fork.splits_before(*bit)]


def _visible(root: _Fork | _Entry, wanted: Wanted) -> list[tuple[bytes, Wanted | None]]:
    """The labels to show: those wanted, and the neighbours of those wanted but absent."""
    visible: Wanted = {}
    for label, below in wanted.items():
        forks: list[_Fork] = []
        nearest = _descend(root, label, forks).label
        if nearest == label:
            visible[label] = below
        else:
            for neighbour in _neighbours(root, label, forks, critical_bit(label, nearest)):
                visible.setdefault(neighbour, HIDDEN)
    return list(visible.items())


def _neighbours(root: _Fork | _Entry, label: bytes, forks: list[_Fork], bit: tuple[int, int]) -> list[bytes]:
    """The labels next to where an absent label would stand, which is at a fork at `bit`."""
    above = _above(forks, bit)
    smaller = [fork.left for fork in above if _side(fork, label) is fork.right]
    greater = [fork.right for fork in above if _side(fork, label) is fork.left]
    beside = _side(above[-1], label) if above else root
    (smaller if has_bit(label, *bit) else greater).append(beside)
    return [_edge(side[-1], last=last) for side, last in ((smaller, True), (greater, False)) if side]


def _edge(node: _Fork | _Entry, *, last: bool) -> bytes:
    while isinstance(node, _Fork):
        node = node.right if last else node.left
    return node.label


def _hash(node: _Fork | _Entry) -> bytes:
    if isinstance(node, _Entry):
        return labeled_hash(node.label, node.child)
    if node.hash is None:
        node.hash = sha256(FORK_PREFIX + _hash(node.left) + _hash(node.right)).digest()
    return node.hash


def _write(node: _Fork | _Entry, visible: list[tuple[bytes, Wanted | None]], out: list[bytes]) -> None:
    """Everything visible lies below `node`; what does not lead to it is pruned."""
    if isinstance(node, _Entry) or len(visible) == 1:
        _write_one(node, *visible[0], out)
        return
    out.append(FORK)
    for side, is_right in ((node.left, False), (node.right, True)):
        part = [each for each in visible if has_bit(each[0], node.byte_index, node.mask) is is_right]
        if part:
            _write(side, part, out)
        else:
            out += (PRUNED, _hash(side))


def _write_one(node: _Fork | _Entry, label: bytes, wanted: Wanted | None, out: list[bytes]) -> None:
    """`_write` for a single label, which is what every certified reply needs: a loop instead of recursion."""
    pruned_after: list[bytes] = []
    size_bytes = len(label)
    while isinstance(node, _Fork):
        index = node.byte_index
        if index < size_bytes and (label[index] | PRESENCE_MASK) & node.mask:
            out += (FORK, PRUNED, _hash(node.left))
            node = node.right
        else:
            out.append(FORK)
            pruned_after += (_hash(node.right), PRUNED)
            node = node.left
    write_labeled(node.label, node.child, wanted, out)
    out += reversed(pruned_after)


def _write_whole(node: _Fork | _Entry, out: list[bytes]) -> None:
    if isinstance(node, _Entry):
        write_labeled(node.label, node.child, None, out)
        return
    out.append(FORK)
    _write_whole(node.left, out)
    _write_whole(node.right, out)
