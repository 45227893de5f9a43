"""Tests that cross folders use the running system."""

from tests.fixtures.stack import stack

__all__ = ["stack"]
