"""The label tree: the same contents give the same hash, and witnesses prove what they claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replica.certification.hash_tree import EMPTY_HASH, Absent, Found, Labeled, Leaf, Pruned, lookup, prune, root_hash
from replica.certification.label_tree import LabelTree, Subtree
from tests.replica.certification.test_hash_tree import naive_lookup

labels = st.binary(max_size=3)
flat_contents = st.dictionaries(st.tuples(labels, labels), st.binary(max_size=4), max_size=40)


def nested(contents):
    tree: dict = {}
    for (first, second), value in contents.items():
        tree.setdefault(first, {})[second] = value
    return tree


def tree_of(contents):
    tree = LabelTree()
    for path, value in contents.items():
        tree.set(path, value)
    return tree


@given(flat_contents, st.lists(st.tuples(labels, labels)), st.randoms(use_true_random=False))
def test_the_root_hash_follows_from_the_contents_not_from_history(contents, detours, random):
    straight = tree_of(contents)
    winding = LabelTree()
    for path in detours:
        winding.set(path, b"detour")
        winding.root_hash()
    shuffled = list(contents.items())
    random.shuffle(shuffled)
    for path, value in shuffled:
        winding.set(path, b"first thought")
        winding.set(path, value)
    for path in detours:
        if path not in contents:
            winding.delete(path)

    assert winding.root_hash() == straight.root_hash()


@given(flat_contents)
def test_the_cached_root_hash_is_that_of_the_whole_tree(contents):
    tree = tree_of(contents)

    assert root_hash(tree.witness([()])) == tree.root_hash()
    for path, value in contents.items():
        assert tree.get(path) == value


@given(flat_contents, st.lists(st.tuples(labels, labels)))
def test_labels_are_counted_whatever_came_and_went(contents, gone):
    tree = tree_of(contents | dict.fromkeys(gone, b"for a while"))
    for path in gone:
        tree.delete(path)
        tree.delete(path)

    remaining = nested({path: value for path, value in contents.items() if path not in gone})
    assert tree.label_count(()) == len(remaining)
    for label in {first for first, _ in [*contents, *gone]}:
        assert tree.label_count((label,)) == len(remaining.get(label, ()))


@given(flat_contents, st.lists(st.lists(labels, min_size=1, max_size=3).map(tuple), min_size=1, max_size=5))
def test_a_witness_is_the_pruned_tree_and_agrees_with_naive_lookup(contents, paths):
    tree = tree_of(contents)
    whole = tree.witness([()])

    witness = tree.witness(paths)

    assert witness == prune(whole, paths)
    assert root_hash(witness) == tree.root_hash()
    for path in paths:
        answer = lookup(witness, path)
        truth = naive_lookup(nested(contents), path)
        assert type(answer) is type(truth)
        if isinstance(answer, Found) and isinstance(answer.node, Leaf):
            assert answer == truth


def test_an_empty_tree_has_the_empty_hash_and_proves_absence():
    tree = LabelTree()

    assert tree.root_hash() == EMPTY_HASH
    assert lookup(tree.witness([(b"time",)]), (b"time",)) == Absent()


def test_deleting_the_last_label_leaves_no_trace():
    tree = LabelTree()
    tree.set((b"time",), b"1")
    before = tree.root_hash()

    tree.set((b"request_status", b"rid"), {b"status": b"replied", b"reply": b"r"})
    assert tree.root_hash() != before

    tree.delete((b"request_status", b"rid"))
    tree.delete((b"request_status", b"rid"))
    assert tree.root_hash() == before


def test_setting_an_empty_mapping_deletes():
    tree = tree_of({(b"a", b"x"): b"1", (b"b", b"x"): b"2"})

    tree.set((b"a",), {})

    assert tree.root_hash() == tree_of({(b"b", b"x"): b"2"}).root_hash()


def test_a_value_gives_way_to_labels_and_labels_to_a_value():
    tree = tree_of({(b"a",): b"value"})

    tree.set((b"a", b"x"), b"below")
    assert (tree.get((b"a",)), tree.get((b"a", b"x"))) == (None, b"below")

    tree.set((b"a",), b"value")
    assert (tree.get((b"a",)), tree.get((b"a", b"x"))) == (b"value", None)


def test_content_shared_by_many_paths_stays_their_own():
    metadata = Subtree.of({b"candid:service": b"service {}"})
    tree = LabelTree()
    for canister in (b"alice", b"bob"):
        tree.set((b"canister", canister), {b"metadata": metadata})

    tree.set((b"canister", b"alice", b"metadata", b"candid:service"), b"service { hi: () -> () }")

    assert tree.get((b"canister", b"bob", b"metadata", b"candid:service")) == b"service {}"


@pytest.mark.parametrize("canister_count", [1, 8, 9, 200])
def test_ranges_are_proved_without_showing_the_canister_label(canister_count):
    tree = tree_of({(b"canister", bytes([i]), b"module_hash"): b"h" for i in range(canister_count)})
    tree.set((b"canister_ranges", b"subnet", b"first"), b"ranges")
    tree.set((b"time",), b"1")

    witness = tree.witness([(b"canister_ranges", b"subnet"), (b"time",)])

    assert lookup(witness, (b"canister_ranges", b"subnet", b"first")) == Found(Leaf(b"ranges"))
    assert b"canister" not in visible_labels(witness)


def visible_labels(tree):
    match tree:
        case Labeled(label, _):
            return [label]
        case Pruned():
            return []
        case _:
            return visible_labels(tree.left) + visible_labels(tree.right)


def test_long_values_and_labels_are_written_as_cbor():
    sizes = [0, 23, 24, 255, 256, 65_535, 65_536]
    tree = tree_of({(b"v%05d" % size + b"l" * min(size, 300),): b"x" * size for size in sizes})

    assert root_hash(tree.witness([()])) == tree.root_hash()
