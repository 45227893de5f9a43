"""The fixtures of these tests."""

from tests.fixtures.people import alice, bundles, engine, system, undeployed

__all__ = ["alice", "bundles", "engine", "system", "undeployed"]
