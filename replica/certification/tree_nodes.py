"""What the two kinds of container of the label tree share: child nodes, their hashes and their wire form.

A child is a value (`bytes`) or a container of labelled children. Containers arrange their labels as a critical-bit
tree: each fork splits its labels at the first bit in which they differ. That shape follows from the set of labels
alone, so equal contents have equal root hashes whatever the history, and a change touches one path of forks.

Bits are numbered so that their order is the order of byte strings even when one label is a prefix of another (as
`canister` is of `canister_ranges`): byte `i` has nine bits, the first of which says whether the label is that long.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import sha256
from typing import Final

from replica.certification.hash_tree import LABELED_PREFIX, LEAF_PREFIX

FORK: Final = b"\x83\x01"
PRUNED: Final = b"\x82\x04\x58\x20"
EMPTY: Final = b"\x81\x00"
_LABELED: Final = b"\x83\x02"
_LEAF: Final = b"\x82\x03"

PRESENCE_MASK: Final = 0x100

Wanted = dict[bytes, "Wanted | None"]
"""What a witness shows below a node: some labels, each with what is wanted below it; None is everything."""

HIDDEN: Final[Wanted] = {}
"""Show the label, prune the rest: what a neighbour needs to prove an absence."""


class Container(ABC):
    """Labelled children. `put` and `remove` return the container to use from now on; it may be the same one."""

    __slots__ = ()

    @abstractmethod
    def __len__(self) -> int:
        """How many labels."""

    @abstractmethod
    def get(self, label: bytes) -> Node | None: ...

    @abstractmethod
    def put(self, label: bytes, child: Node) -> Container: ...

    @abstractmethod
    def remove(self, label: bytes) -> Container | None:
        """None when the last label goes; an absent label is no error."""

    @abstractmethod
    def root_hash(self) -> bytes: ...

    @abstractmethod
    def write_witness(self, wanted: Wanted | None, out: list[bytes]) -> None:
        """Append the CBOR of this container, pruned to what is wanted, or its neighbours where that is absent."""


Node = bytes | Container


def node_hash(node: Node) -> bytes:
    if isinstance(node, bytes):
        return sha256(LEAF_PREFIX + node).digest()
    return node.root_hash()


def labeled_hash(label: bytes, node: Node) -> bytes:
    return sha256(LABELED_PREFIX + label + node_hash(node)).digest()


def write_labeled(label: bytes, node: Node, wanted: Wanted | None, out: list[bytes]) -> None:
    out += (_LABELED, byte_string_head(len(label)), label)
    if wanted is HIDDEN:
        out += (PRUNED, node_hash(node))
    elif isinstance(node, bytes):
        # Shown as it is, a value also proves that nothing lies below it.
        out += (_LEAF, byte_string_head(len(node)), node)
    else:
        node.write_witness(wanted, out)


def byte_string_head(size_bytes: int) -> bytes:
    """The CBOR head of a byte string."""
    if size_bytes < 24:
        return bytes((0x40 | size_bytes,))
    if size_bytes < 0x100:
        return bytes((0x58, size_bytes))
    if size_bytes < 0x10000:
        return b"\x59" + size_bytes.to_bytes(2, "big")
    return b"\x5a" + size_bytes.to_bytes(4, "big")


# -- Critical bits ---------------------------------------------------------------------------------------------------


def critical_bit(left: bytes, right: bytes) -> tuple[int, int]:
    """Byte index and mask of the first bit in which two different labels differ."""
    shorter = min(len(left), len(right))
    difference = int.from_bytes(left[:shorter], "big") ^ int.from_bytes(right[:shorter], "big")
    if difference == 0:
        return shorter, PRESENCE_MASK
    bits_from_end = difference.bit_length() - 1
    return shorter - 1 - bits_from_end // 8, 1 << bits_from_end % 8


def has_bit(label: bytes, byte_index: int, mask: int) -> bool:
    return byte_index < len(label) and bool((label[byte_index] | PRESENCE_MASK) & mask)
