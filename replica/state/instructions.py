"""The estimate of instructions: what a host can count, weighed. `docs/cycles.md` has the table and the reasons.

Nothing counts the instructions of CPython, and time differs from run to run, so what is counted is what code asks of
the system: messages, host calls, and the bytes that pass through them. Equal runs give equal numbers on every machine.

The count of the message that runs is `Canister.instructions`, which lives in memory only.

NOT LIKE THE IC: Python code between two host calls costs nothing, so a long computation is as cheap as a short one.
"""

from __future__ import annotations

from typing import Final

MESSAGE: Final = 2_000_000
"""Entering and leaving the code of a canister."""
PAYLOAD_BYTE: Final = 100
"""Of an argument, a reply, a call or a line of the log: decoded, copied or encoded by the canister."""
HOST_CALL: Final = 50_000
"""A call, an answer, a timer, certified data, a line of the log."""
STORAGE: Final = 100_000
"""Reading or writing one entry of a stable map, or one stretch of raw stable memory."""
STORAGE_BYTE: Final = 20
