"""How a request is refused before it reaches routing."""

from __future__ import annotations


class IngressError(Exception):
    """The HTTP answer to a request that is not accepted: plain text and a status code."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class InvalidSignature(ValueError):
    """A public key or a signature is malformed, or they do not belong to the message."""
