"""Numbers, pool and upgrade claims of an index's children, without a replica."""

import pytest

from canisters.lib import children, pool, upgrades
from canisters.lib.children import ChildMaps
from tests.canisters.lib.fake_map import FakeMap

NOW_MS = 1_750_000_000_000
HASH = b"h" * 32
OTHER_HASH = b"o" * 32
CHUNKS = [b"c" * 32]


@pytest.fixture
def maps():
    """An index with a module at 0.1.0 and three children that run it."""
    maps = ChildMaps(FakeMap(), FakeMap())
    children.set_module(maps, "0.1.0", HASH, CHUNKS)
    for name in (b"one", b"two", b"three"):
        children.add(maps, name, 1)
    return maps


def give_module(maps, version="0.2.0", module_hash=OTHER_HASH):
    is_new = children.set_module(maps, version, module_hash, CHUNKS)
    upgrades.restart(maps, is_new_module=is_new)


def test_children_are_numbered_in_order(maps):
    assert [children.number_of(maps, name) for name in (b"one", b"two", b"three", b"four")] == [0, 1, 2, None]
    assert children.child(maps, 1) == {"id": b"two", "g": 1, "v": "0.1.0"}
    assert children.count(maps) == 3


@pytest.mark.parametrize(
    ("version", "module_hash", "chunks", "words"),
    [
        ("1.0", HASH, CHUNKS, "three numbers"),
        ("1.0.0", b"short", CHUNKS, "32 bytes"),
        ("1.0.0", HASH, [], "at least one chunk"),
        ("1.0.0", HASH, [b"short"], "at least one chunk"),
        ("0.0.9", HASH, CHUNKS, "lower than 0.1.0"),
    ],
)
def test_a_module_that_cannot_be_the_next_is_refused_in_words(maps, version, module_hash, chunks, words):
    assert words in children.module_refusal(maps, version, module_hash, chunks)
    assert children.module_refusal(maps, "0.1.0", OTHER_HASH, CHUNKS) is None


def test_the_pool_gives_each_canister_once(maps):
    pool.give(maps, b"x")
    pool.give(maps, b"y")

    assert {pool.take(maps), pool.take(maps)} == {b"x", b"y"}
    assert pool.take(maps) is None
    assert pool.size(maps) == 0


def test_a_new_module_leaves_everybody_behind(maps):
    assert upgrades.status(maps) == {"pending": 0, "completed": 0, "failed": 0}

    give_module(maps)

    assert upgrades.status(maps)["pending"] == 3
    assert upgrades.can_claim(maps, NOW_MS)


def test_the_same_module_again_upgrades_nobody(maps):
    give_module(maps, "0.1.0", HASH)

    assert upgrades.status(maps)["pending"] == 0
    assert upgrades.claim(maps, NOW_MS) is None
    assert not upgrades.has_work(maps)


def test_at_most_two_upgrades_are_under_way(maps):
    give_module(maps)

    assert [upgrades.claim(maps, NOW_MS) for _ in range(3)] == [0, 1, None]
    assert upgrades.is_upgrading(maps, 0)
    assert not upgrades.is_upgrading(maps, 2)

    upgrades.finish(maps, 0, NOW_MS, {"Ok": 2})
    assert upgrades.claim(maps, NOW_MS) == 2


def test_a_finished_upgrade_is_counted_and_remembered(maps):
    give_module(maps)
    number = upgrades.claim(maps, NOW_MS)

    upgrades.finish(maps, number, NOW_MS, {"Ok": 2})

    assert upgrades.status(maps) == {"pending": 2, "completed": 1, "failed": 0}
    assert children.child(maps, number)["v"] == "0.2.0"


def test_a_claim_that_a_crash_cut_off_is_taken_over(maps):
    give_module(maps)
    upgrades.claim(maps, NOW_MS)
    later_ms = NOW_MS + upgrades.CLAIM_STALE_MS

    assert upgrades.can_claim(maps, later_ms)
    assert upgrades.claim(maps, later_ms) == 0
    assert upgrades.claim(maps, later_ms) == 1


def test_who_lost_a_claim_does_not_give_it_back(maps):
    give_module(maps)
    number = upgrades.claim(maps, NOW_MS)
    later_ms = NOW_MS + upgrades.CLAIM_STALE_MS
    assert upgrades.claim(maps, later_ms) == number

    upgrades.finish(maps, number, NOW_MS, {"Ok": 2})
    assert upgrades.is_upgrading(maps, number)
    assert upgrades.status(maps)["completed"] == 0

    upgrades.finish(maps, number, later_ms, {"Ok": 2})
    assert not upgrades.is_upgrading(maps, number)
    assert upgrades.status(maps)["completed"] == 1


def test_a_child_that_could_not_be_started_is_taken_up_again_but_not_for_ever(maps):
    give_module(maps)
    number = upgrades.claim(maps, NOW_MS)
    times = 0

    since_ms = NOW_MS
    while upgrades.put_off(maps, number, since_ms):
        times += 1
        since_ms += upgrades.CLAIM_STALE_MS
        assert upgrades.status(maps)["failed"] == 0
        assert upgrades.claim(maps, since_ms) == number

    assert times == upgrades.STARTS_MAX - 1


def test_a_module_given_during_an_upgrade_reaches_that_child_too(maps):
    give_module(maps)
    first = upgrades.claim(maps, NOW_MS)
    give_module(maps, "0.3.0", b"n" * 32)
    assert upgrades.claim(maps, NOW_MS) == 1

    upgrades.finish(maps, first, NOW_MS, {"Ok": 2})

    assert upgrades.claim(maps, NOW_MS) == first
    assert upgrades.status(maps)["pending"] == 3


def test_a_child_installed_with_an_old_module_is_upgraded_later(maps):
    give_module(maps)
    for number in range(3):
        upgrades.claim(maps, NOW_MS)
        upgrades.finish(maps, number, NOW_MS, {"Ok": 2})
    assert not upgrades.has_work(maps)

    children.add(maps, b"late", 1)

    assert upgrades.status(maps)["pending"] == 1
    assert upgrades.claim(maps, NOW_MS) == 3
