"""What proves to a running replica that a request comes from its operator: a secret beside the state.

The file has two lines: the token, and where the replica can be reached, so that whoever has the one finds the other.
Whoever can read it can read the state as well, so it opens nothing that was closed. A new one is made with every start:
one that leaked is of use until then.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from replica.rng import Rng
from replica.state.directory import write_durably

FILE_NAME: Final = "operator-token"

_BYTES: Final = 32


def write_operator_token(directory: Path, rng: Rng, url: str) -> str:
    """Make a token and leave it in `directory`, for its owner's eyes only."""
    token = rng.bytes(_BYTES).hex()
    write_durably(directory / FILE_NAME, f"{token}\n{url}\n".encode())
    return token
