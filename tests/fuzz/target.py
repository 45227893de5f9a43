"""A decoder under attack: how it is called, how it may refuse, and what inputs attacks begin from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    decode: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    """The documented errors. Anything else that is raised is a fault."""
    samples: tuple[bytes, ...]
    """Valid inputs, which are changed."""
    bombs: tuple[bytes, ...] = ()
    """Hostile inputs made by hand: deep, wide, repeated, larger inside than outside."""

    def attack(self, data: bytes) -> bool:
        """Whether it was accepted. Raises what is no documented refusal."""
        try:
            self.decode(data)
        except self.refusals:
            return False
        return True
