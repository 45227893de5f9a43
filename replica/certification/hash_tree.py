"""Hash trees: labelled trees of which any part can be shown and the rest proved by its hash alone.

Nodes are immutable. `root_hash` is what gets signed, `prune` keeps what a reader asked for, `lookup` is what a reader
does with the result, and `to_cbor`/`from_cbor` are the wire form. Here trees are small (witnesses); the large tree
behind the replicated state is `label_tree.LabelTree`. Interface spec, "Certificate" and "Lookup".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Final

import cbor2

from replica.certification.plain_cbor import PlainCborError, load_plain

Path = tuple[bytes, ...]

NESTING_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Empty:
    pass


@dataclass(frozen=True, slots=True)
class Fork:
    left: HashTree
    right: HashTree


@dataclass(frozen=True, slots=True)
class Labeled:
    label: bytes
    subtree: HashTree


@dataclass(frozen=True, slots=True)
class Leaf:
    value: bytes


@dataclass(frozen=True, slots=True)
class Pruned:
    hash: bytes


HashTree = Empty | Fork | Labeled | Leaf | Pruned


class HashTreeError(ValueError):
    """The bytes are not a well-formed hash tree."""


# -- Hashing ---------------------------------------------------------------------------------------------------------


def domain_separator(name: str) -> bytes:
    """One length byte and the name: no two uses of a hash or a key can be confused with each other."""
    return bytes([len(name)]) + name.encode()


EMPTY_HASH: Final = sha256(domain_separator("ic-hashtree-empty")).digest()
FORK_PREFIX: Final = domain_separator("ic-hashtree-fork")
LABELED_PREFIX: Final = domain_separator("ic-hashtree-labeled")
LEAF_PREFIX: Final = domain_separator("ic-hashtree-leaf")


def root_hash(tree: HashTree) -> bytes:
    match tree:
        case Empty():
            return EMPTY_HASH
        case Fork(left, right):
            return sha256(FORK_PREFIX + root_hash(left) + root_hash(right)).digest()
        case Labeled(label, subtree):
            return sha256(LABELED_PREFIX + label + root_hash(subtree)).digest()
        case Leaf(value):
            return sha256(LEAF_PREFIX + value).digest()
        case Pruned(pruned_hash):
            return pruned_hash


# -- Lookup ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    node: HashTree


@dataclass(frozen=True, slots=True)
class Absent:
    """The tree proves that there is nothing at the path."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A pruned part could hide the path."""


def lookup(tree: HashTree, path: Sequence[bytes]) -> Found | Absent | Unknown:
    """What `tree` says about `path`. An empty path finds the tree itself."""
    for label in path:
        step = _find_label(list(_flatten(tree)), label)
        if not isinstance(step, Found):
            return step
        tree = step.node
    return Unknown() if isinstance(tree, Pruned) else Found(tree)


def lookup_value(tree: HashTree, path: Sequence[bytes]) -> bytes | None:
    """The leaf at `path`; None if the tree does not show one."""
    match lookup(tree, path):
        case Found(Leaf(value)):
            return value
        case _:
            return None


def labels_at(tree: HashTree, path: Sequence[bytes]) -> list[bytes]:
    """The visible labels right below `path`, in order."""
    match lookup(tree, path):
        case Found(node):
            return [below.label for below in _flatten(node) if isinstance(below, Labeled)]
        case _:
            return []


def _flatten(tree: HashTree) -> Iterator[HashTree]:
    """The nodes below the forks of `tree`, from left to right."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Fork):
            stack += (node.right, node.left)
        elif not isinstance(node, Empty):
            yield node


def _find_label(nodes: list[HashTree], label: bytes) -> Found | Absent | Unknown:
    """Labels rise from left to right, so a pruned node hides `label` only if no visible label rules its place out."""
    may_be_hidden = False
    for node in nodes:
        match node:
            case Pruned():
                may_be_hidden = True
            case Labeled(visible, subtree):
                if visible == label:
                    return Found(subtree)
                if visible > label:
                    break
                may_be_hidden = False
            case _:
                return Absent()  # a leaf: nothing lies below it
    return Unknown() if may_be_hidden else Absent()


# -- Pruning ---------------------------------------------------------------------------------------------------------


def prune(tree: HashTree, paths: Sequence[Sequence[bytes]]) -> HashTree:
    """Keep just enough of `tree` to prove `paths`, with the same root hash.

    Everything below a path is kept. A path that is not in the tree keeps its neighbours, labelled but without their
    content, so that a reader can tell "absent" from "not shown". All else is wholly pruned: some clients compare
    labels wrongly, and every label that need not be visible is one less to be misread.
    """
    if any(not path for path in paths):
        return tree
    if not paths:
        return _pruned(tree)
    labels = [node.label for node in _flatten(tree) if isinstance(node, Labeled)]
    if not labels:
        return tree  # empty or a leaf: shown as it is, it proves that nothing lies below
    below: dict[bytes, list[Sequence[bytes]]] = {}
    for path in paths:
        for label in _witnesses(labels, path[0]):
            below.setdefault(label, [])
        if path[0] in below:
            below[path[0]].append(path[1:])
    return _prune_forks(tree, below)


def _witnesses(labels: list[bytes], wanted: bytes) -> list[bytes]:
    """The label itself, or its nearest neighbours if it is absent."""
    if wanted in labels:
        return [wanted]
    before = [label for label in labels if label < wanted][-1:]
    after = [label for label in labels if label > wanted][:1]
    return before + after


_HIDDEN = (Pruned, Empty)


def _prune_forks(tree: HashTree, below: dict[bytes, list[Sequence[bytes]]]) -> HashTree:
    match tree:
        case Fork(left, right):
            kept_left, kept_right = _prune_forks(left, below), _prune_forks(right, below)
            if isinstance(kept_left, _HIDDEN) and isinstance(kept_right, _HIDDEN):
                return _pruned(tree)
            return Fork(kept_left, kept_right)
        case Labeled(label, subtree) if label in below:
            return Labeled(label, prune(subtree, below[label]))
        case _:
            return _pruned(tree)


def _pruned(tree: HashTree) -> HashTree:
    """An empty tree stays: it is shorter than its hash and hides nothing."""
    return tree if isinstance(tree, Empty) else Pruned(root_hash(tree))


# -- Wire form -------------------------------------------------------------------------------------------------------


def to_cbor(tree: HashTree) -> bytes:
    """The arrays of the interface spec, without the self-describing tag."""
    return cbor2.dumps(_to_arrays(tree))


def from_cbor(data: bytes) -> HashTree:
    """Read and check a tree; a leading self-describing tag is allowed. Raises `HashTreeError`."""
    try:
        return from_arrays(load_plain(data, nesting_max=NESTING_MAX))
    except PlainCborError as error:
        raise HashTreeError(str(error)) from error


def from_arrays(arrays: object) -> HashTree:
    """The tree whose CBOR has been decoded already, as in a certificate. Raises `HashTreeError`."""
    tree = _from_arrays(arrays)
    _check_well_formed(tree)
    return tree


def _to_arrays(tree: HashTree) -> list[object]:
    match tree:
        case Empty():
            return [0]
        case Fork(left, right):
            return [1, _to_arrays(left), _to_arrays(right)]
        case Labeled(label, subtree):
            return [2, label, _to_arrays(subtree)]
        case Leaf(value):
            return [3, value]
        case Pruned(pruned_hash):
            return [4, pruned_hash]


def _from_arrays(node: object) -> HashTree:
    # Nesting was bounded when the CBOR was read, so recursion is safe here and in all that walks trees.
    match node:
        case [0]:
            return Empty()
        case [1, left, right]:
            return Fork(_from_arrays(left), _from_arrays(right))
        case [2, bytes(label), subtree]:
            return Labeled(label, _from_arrays(subtree))
        case [3, bytes(value)]:
            return Leaf(value)
        case [4, bytes(pruned_hash)] if len(pruned_hash) == 32:
            return Pruned(pruned_hash)
    raise HashTreeError("a hash tree node is one of [0], [1, l, r], [2, label, tree], [3, value], [4, hash]")


def _check_well_formed(tree: HashTree) -> None:
    """Labels must rise strictly and never stand beside leaves, or lookups would not be proofs."""
    nodes = list(_flatten(tree))
    labels = [node.label for node in nodes if isinstance(node, Labeled)]
    if any(left >= right for left, right in pairwise(labels)):
        raise HashTreeError("labels must rise strictly from left to right")
    if len(nodes) > 1 and any(isinstance(node, Leaf) for node in nodes):
        raise HashTreeError("a leaf cannot stand beside other nodes")
    for node in nodes:
        if isinstance(node, Labeled):
            _check_well_formed(node.subtree)
