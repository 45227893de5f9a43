"""The fixtures of these tests."""

from tests.fixtures.people import alice, bob, bundles, carol, dave, engine, mallory, system, undeployed

__all__ = ["alice", "bob", "bundles", "carol", "dave", "engine", "mallory", "system", "undeployed"]
