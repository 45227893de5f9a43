"""Hash trees as plain tuples, in the very shape they have on the wire.

A node is `(0,)` empty, `(1, left, right)` fork, `(2, label, subtree)` labeled, `(3, value)` leaf or `(4, digest)`
pruned. So encoding is a walk, and no class stands between a node and its bytes. Interface spec, "Certification".
"""

from hashlib import sha256
from typing import Any

Node = tuple[Any, ...]


def _domain(name: bytes) -> bytes:
    return bytes([len(name)]) + name


EMPTY: Node = (0,)
_EMPTY_DIGEST = sha256(_domain(b"ic-hashtree-empty")).digest()
_FORK_DOMAIN = _domain(b"ic-hashtree-fork")
_LABELED_DOMAIN = _domain(b"ic-hashtree-labeled")
_LEAF_DOMAIN = _domain(b"ic-hashtree-leaf")
_SELF_DESCRIBED_TAG = b"\xd9\xd9\xf7"


def fork(left: Node, right: Node) -> Node:
    return (1, left, right)


def labeled(label: bytes, subtree: Node) -> Node:
    return (2, label, subtree)


def leaf(value: bytes) -> Node:
    return (3, value)


def pruned(digest: bytes) -> Node:
    return (4, digest)


def fork_digest(left: bytes, right: bytes) -> bytes:
    return sha256(_FORK_DOMAIN + left + right).digest()


def labeled_digest(label: bytes, subtree: bytes) -> bytes:
    return sha256(_LABELED_DOMAIN + label + subtree).digest()


def node_digest(node: Node) -> bytes:
    """What stands for the node in the hash of its parent; of the whole tree, the root hash."""
    kind = node[0]
    if kind == 0:
        return _EMPTY_DIGEST
    if kind == 1:
        return fork_digest(node_digest(node[1]), node_digest(node[2]))
    if kind == 2:
        return labeled_digest(node[1], node_digest(node[2]))
    if kind == 3:
        return sha256(_LEAF_DOMAIN + node[1]).digest()
    return bytes(node[1])


def encode_tree(node: Node) -> bytes:
    return _SELF_DESCRIBED_TAG + _encode_node(node)


def encode_texts(texts: list[str]) -> bytes:
    """A tagged CBOR array of texts: the form of `expr_path`."""
    items = [_head(3, len(text.encode())) + text.encode() for text in texts]
    return _SELF_DESCRIBED_TAG + _head(4, len(items)) + b"".join(items)


def _encode_node(node: Node) -> bytes:
    parts = [_encode_node(part) if isinstance(part, tuple) else _head(2, len(part)) + part for part in node[1:]]
    return bytes([0x80 | len(node), node[0]]) + b"".join(parts)


def _head(major: int, length: int) -> bytes:
    if length < 24:
        return bytes([major << 5 | length])
    if length < 0x100:
        return bytes([major << 5 | 24, length])
    return bytes([major << 5 | 25]) + length.to_bytes(2, "big")
