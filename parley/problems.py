"""What a person is told when a command cannot go on: what is wrong, and what to do about it."""

from __future__ import annotations

from rich.console import Console


class Problem(Exception):
    """Ends the command with `message` and `advice`, and no traceback."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def show(self, console: Console) -> None:
        console.print(self.message, style="red", markup=False)
        if self.advice:
            console.print(self.advice, markup=False)
