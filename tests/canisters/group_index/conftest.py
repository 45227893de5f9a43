"""The whole system: the index installs real groups, for real users."""

from tests.fixtures.people import alice, bob, bundles, carol, dave, engine, mallory, system, undeployed  # noqa: F401
