"""The whole system: who may subscribe and who may push follows from the indexes."""

from tests.fixtures.people import alice, bob, bundles, carol, dave, engine, mallory, system, undeployed  # noqa: F401
