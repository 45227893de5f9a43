"""What a person is told when the command line cannot go on: what is wrong, and what to do about it."""

from __future__ import annotations


class Problem(Exception):
    """Ends the command with `message` and `advice`, and no traceback."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
