"""Hash trees: the vectors of the interface spec, and the promises that make a pruned tree a proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.certification.hash_tree import (
    Absent,
    Empty,
    Fork,
    Found,
    HashTree,
    HashTreeError,
    Labeled,
    Leaf,
    Pruned,
    Unknown,
    from_cbor,
    lookup,
    lookup_value,
    prune,
    root_hash,
    to_cbor,
)

# Interface spec, "Certificate", example.
EXAMPLE = Fork(
    Fork(
        Labeled(
            b"a",
            Fork(Fork(Labeled(b"x", Leaf(b"hello")), Empty()), Labeled(b"y", Leaf(b"world"))),
        ),
        Labeled(b"b", Leaf(b"good")),
    ),
    Fork(Labeled(b"c", Empty()), Labeled(b"d", Leaf(b"morning"))),
)
EXAMPLE_ROOT = "eb5c5b2195e62d996b84c9bcc8259d19a83786a2f59e0878cec84c811f669aa0"
EXAMPLE_PRUNED = (
    "83018301830241618301820458201b4feff9bef8131788b0c9dc6dbad6e81e524249c879e9f10f71ce3749f5a638"
    "83024179820345776f726c6483024162820458207b32ac0c6ba8ce35ac82c255fc7906f7fc130dab2a090f80fe12"
    "f9c2cae83ba6830182045820ec8324b8a1f1ac16bd2e806edba78006479c9877fed4eb464a25485465af601d8302"
    "41648203476d6f726e696e67"
)


def test_root_hashes_are_those_of_the_specification():
    assert root_hash(EXAMPLE).hex() == EXAMPLE_ROOT
    assert root_hash(Empty()).hex() == "4e3ed35c4e2d1ee89996483fb6260a64cffb6c47dbab216e7930e82f8190d120"
    assert root_hash(Leaf(b"")).hex() == "d001f3e7b82166c6d343a1efe776e96ac02a23a51e0898bc2c4e323fce0e622c"


def test_pruning_gives_the_bytes_of_the_specification():
    pruned = prune(EXAMPLE, [(b"a", b"y"), (b"ax",), (b"d",)])

    assert to_cbor(pruned).hex() == EXAMPLE_PRUNED
    assert root_hash(pruned).hex() == EXAMPLE_ROOT


def test_a_pruned_tree_tells_absent_from_not_shown():
    pruned = prune(EXAMPLE, [(b"a", b"y"), (b"ax",), (b"d",)])

    assert lookup(pruned, (b"a", b"y")) == Found(Leaf(b"world"))
    assert lookup(pruned, (b"ax",)) == Absent()
    assert lookup(pruned, (b"b",)) == Unknown()
    assert lookup(pruned, (b"c",)) == Unknown()
    assert lookup(pruned, (b"a", b"x")) == Unknown()
    assert lookup(pruned, (b"d", b"below a leaf")) == Absent()
    assert lookup(pruned, (b"e",)) == Absent()


def test_a_value_is_read_only_from_a_visible_leaf():
    assert lookup_value(EXAMPLE, (b"d",)) == b"morning"
    assert lookup_value(EXAMPLE, (b"a",)) is None
    assert lookup_value(EXAMPLE, (b"z",)) is None


def test_pruning_to_no_path_shows_nothing_and_to_the_root_shows_all():
    assert prune(EXAMPLE, []) == Pruned(root_hash(EXAMPLE))
    assert prune(EXAMPLE, [()]) == EXAMPLE


def test_a_neighbour_that_need_not_be_visible_is_wholly_pruned():
    tree = Fork(Labeled(b"canister", Leaf(b"1")), Labeled(b"canister_ranges", Leaf(b"2")))

    pruned = prune(tree, [(b"canister_ranges",)])

    assert pruned == Fork(Pruned(root_hash(tree.left)), tree.right)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "80",
        "8105",
        "8301810081",
        "83024161",
        "820343",
        "8204420000",  # a hash of the wrong length
        "8301830241628203408302416182034100",  # labels that fall
        "8301830241618203408302416182034100",  # a label twice
        "830182034083024161820340",  # a leaf beside a label
        "8302616182034100",  # a label that is text
        "81" * 500,
    ],
)
def test_what_is_not_a_tree_is_refused(data):
    with pytest.raises(HashTreeError):
        from_cbor(bytes.fromhex(data))


labels = st.binary(max_size=3)
contents = st.recursive(st.binary(max_size=8), lambda below: st.dictionaries(labels, below, max_size=6), max_leaves=20)


def tree_of(content: bytes | dict) -> HashTree:
    if isinstance(content, bytes):
        return Leaf(content)
    nodes = [Labeled(label, tree_of(content[label])) for label in sorted(content)]
    while len(nodes) > 1:
        nodes = [
            Fork(*pair) if len(pair) > 1 else pair[0] for pair in (nodes[i : i + 2] for i in range(0, len(nodes), 2))
        ]
    return nodes[0] if nodes else Empty()


def naive_lookup(content, path):
    for label in path:
        if not isinstance(content, dict) or label not in content:
            return Absent()
        content = content[label]
    return Found(tree_of(content))


paths = st.lists(st.lists(labels, max_size=4).map(tuple), max_size=4)


@given(contents, paths)
def test_pruning_keeps_the_root_hash_and_proves_every_path(content, paths):
    tree = tree_of(content)

    pruned = prune(tree, paths)

    assert root_hash(pruned) == root_hash(tree)
    for path in paths:
        assert lookup(pruned, path) == naive_lookup(content, path)


@given(contents, paths, st.lists(labels, max_size=4))
def test_a_witness_never_contradicts_the_whole_tree(content, paths, other_path):
    pruned = prune(tree_of(content), paths)

    answer = lookup(pruned, other_path)

    if not isinstance(answer, Unknown):
        truth = naive_lookup(content, other_path)
        assert type(answer) is type(truth)


@given(contents, paths)
def test_trees_survive_the_wire(content, paths):
    tree = prune(tree_of(content), paths)

    assert from_cbor(to_cbor(tree)) == tree
    assert from_cbor(b"\xd9\xd9\xf7" + to_cbor(tree)) == tree


@given(st.binary(max_size=60))
def test_random_bytes_are_a_tree_or_refused(data):
    try:
        tree = from_cbor(data)
    except HashTreeError:
        return
    assert len(root_hash(tree)) == 32
