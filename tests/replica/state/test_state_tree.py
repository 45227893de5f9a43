"""Leaves of the state tree, byte by byte, as clients of other languages encode them."""

from __future__ import annotations

import cbor2

from replica.certification.hash_tree import from_cbor, lookup_value
from replica.principal import ANONYMOUS, Principal
from replica.state.canister import Canister
from replica.state.state_tree import StateTree

LEDGER = Principal.from_text("ryjl3-tyaaa-aaaaa-aaaba-cai")


def leaf(tree: StateTree, *path: bytes) -> str:
    value = lookup_value(from_cbor(tree.witness_cbor([path])), path)
    assert value is not None
    return value.hex()


def test_the_time_is_a_leb128_number():
    tree = StateTree(lambda _: None)

    tree.set_time(1_700_000_000_000_000_000)

    assert leaf(tree, b"time") == "8080a8b1e39fe7cb17"


def test_controllers_are_a_tagged_array():
    tree = StateTree(lambda _: None)
    canister = Canister(LEDGER, 1)
    canister.controllers = (LEDGER, ANONYMOUS)

    tree.set_canister(canister, None)

    assert leaf(tree, b"canister", LEDGER, b"controllers") == "d9d9f7824a000000000000000201014104"


def test_ranges_are_pairs_in_both_layouts():
    tree = StateTree(lambda _: None)
    low, high = Principal.from_counter(0), Principal.from_counter(9)

    tree.set_subnet(LEDGER, public_key_der=b"", node_key_der=b"", ranges=[(low, high)])

    expected = (b"\xd9\xd9\xf7" + cbor2.dumps([[bytes(low), bytes(high)]])).hex()
    assert leaf(tree, b"subnet", LEDGER, b"canister_ranges") == expected
    assert leaf(tree, b"canister_ranges", LEDGER, low) == expected
