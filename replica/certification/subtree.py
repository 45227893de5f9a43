"""A small set of labelled children in one immutable object: what lies below a canister or a request.

There is one of these per canister, so it is kept small: the labels and the way they fork, being the same for all
canisters, are one shared `_Shape`; an instance adds its values and one cached hash. Because it is immutable, one
instance can stand below many labels (public metadata of canisters with the same code).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final

from replica.certification.hash_tree import FORK_PREFIX, LABELED_PREFIX
from replica.certification.tree_nodes import (
    FORK,
    HIDDEN,
    PRUNED,
    Container,
    Node,
    Wanted,
    critical_bit,
    has_bit,
    node_hash,
    write_labeled,
)
from replica.certification.trie import Trie

Content = bytes | Mapping[bytes, "Content"] | Container
_GROWS_INTO_TRIE_ABOVE: Final = 8

_Plan = int | tuple["_Plan", "_Plan", int]
"""A label's position, or a fork: left, right, and the positions below it as a bit set."""


class _Shape:
    """Sorted labels, the forks above them and what is hashed before each label's content."""

    __slots__ = ("labels", "plan", "positions", "prefixes")

    def __init__(self, labels: tuple[bytes, ...]) -> None:
        self.labels = labels
        self.positions = {label: position for position, label in enumerate(labels)}
        self.prefixes = tuple(LABELED_PREFIX + label for label in labels)
        self.plan = _plan(labels, 0, len(labels))


@lru_cache(maxsize=4096)
def _shape(labels: tuple[bytes, ...]) -> _Shape:
    return _Shape(labels)


def _plan(labels: tuple[bytes, ...], first: int, end: int) -> _Plan:
    if end - first == 1:
        return first
    byte_index, mask = critical_bit(labels[first], labels[end - 1])
    middle = next(i for i in range(first, end) if has_bit(labels[i], byte_index, mask))
    return _plan(labels, first, middle), _plan(labels, middle, end), (1 << end) - (1 << first)


class Subtree(Container):
    __slots__ = ("_hash", "_shape", "_values")

    def __init__(self, shape: _Shape, values: tuple[Node, ...]) -> None:
        self._shape = shape
        self._values = values
        self._hash: bytes | None = None

    @classmethod
    def of(cls, content: Mapping[bytes, Content]) -> Subtree:
        """At least one label is needed: a container without any does not exist in the tree."""
        labels = tuple(sorted(content))
        return cls(_shape(labels), tuple(to_node(content[label]) for label in labels))

    def __len__(self) -> int:
        return len(self._values)

    def get(self, label: bytes) -> Node | None:
        position = self._shape.positions.get(label)
        return None if position is None else self._values[position]

    def put(self, label: bytes, child: Node) -> Container:
        position = self._shape.positions.get(label)
        if position is None:
            return self._with_label(label, child)
        if self._values[position] is child and isinstance(child, Container):
            self._hash = None  # a trie changes in place
            return self
        return Subtree(self._shape, (*self._values[:position], child, *self._values[position + 1 :]))

    def _with_label(self, label: bytes, child: Node) -> Container:
        children = dict(zip(self._shape.labels, self._values, strict=True))
        children[label] = child
        if len(children) <= _GROWS_INTO_TRIE_ABOVE:
            return Subtree.of(children)
        trie = Trie()
        for each, node in children.items():
            trie.put(each, node)
        return trie

    def remove(self, label: bytes) -> Container | None:
        if label not in self._shape.positions:
            return self
        children = dict(zip(self._shape.labels, self._values, strict=True))
        del children[label]
        return Subtree.of(children) if children else None

    def root_hash(self) -> bytes:
        if self._hash is None:
            self._hash = self._plan_hash(self._shape.plan)
        return self._hash

    def _plan_hash(self, plan: _Plan) -> bytes:
        if isinstance(plan, int):
            return sha256(self._shape.prefixes[plan] + node_hash(self._values[plan])).digest()
        left, right, _ = plan
        return sha256(FORK_PREFIX + self._plan_hash(left) + self._plan_hash(right)).digest()

    def write_witness(self, wanted: Wanted | None, out: list[bytes]) -> None:
        visible = dict.fromkeys(range(len(self._values))) if wanted is None else self._visible(wanted)
        self._write_plan(self._shape.plan, visible, sum(1 << position for position in visible), out)

    def _visible(self, wanted: Wanted) -> dict[int, Wanted | None]:
        """The positions to show: those wanted, and the neighbours of those wanted but absent."""
        visible: dict[int, Wanted | None] = {}
        for label, below in wanted.items():
            position = bisect_left(self._shape.labels, label)
            if label in self._shape.positions:
                visible[position] = below
                continue
            for neighbour in (position - 1, position):
                if 0 <= neighbour < len(self._values):
                    visible.setdefault(neighbour, HIDDEN)
        return visible

    def _write_plan(self, plan: _Plan, visible: dict[int, Wanted | None], shown: int, out: list[bytes]) -> None:
        if isinstance(plan, int):
            if shown >> plan & 1:
                write_labeled(self._shape.labels[plan], self._values[plan], visible[plan], out)
            else:
                out += (PRUNED, self._plan_hash(plan))
            return
        left, right, positions = plan
        if not positions & shown:
            out += (PRUNED, self._plan_hash(plan))
            return
        out.append(FORK)
        self._write_plan(left, visible, shown, out)
        self._write_plan(right, visible, shown, out)


def to_node(content: Content) -> Node:
    return Subtree.of(content) if isinstance(content, Mapping) else content
