"""The whole system, since a group without users and indexes is none."""

from tests.fixtures.people import alice, bob, bundles, carol, dave, engine, mallory, system, undeployed  # noqa: F401
