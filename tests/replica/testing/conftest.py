"""The plugin itself, in place of this repository's own `replica`."""

from replica.testing import replica

__all__ = ["replica"]
