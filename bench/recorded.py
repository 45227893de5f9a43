"""How much of the ceiling Parley reached when somebody last looked and agreed: `bench/recorded.json`.

`make bench` fails when a share falls by more than a fifth; `make bench RECORD=1` writes the file anew, so that giving
up speed on purpose is a change that somebody reviews. Shares are compared, not rates, because machines differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from parley.places import ROOT
from parley.problems import Problem

RECORDED: Final = ROOT / "bench" / "recorded.json"
LOSS_MAX: Final = 0.2

Shares = Mapping[int, float]
"""Messages per second as a share of the ceiling's, by number of clients."""


def read_recorded(path: Path = RECORDED) -> dict[int, float]:
    try:
        shares = json.loads(path.read_text())["share_of_the_ceiling"]
        return {int(clients): float(share) for clients, share in shares.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(f"{path} cannot be read: {error}", "`make bench RECORD=1` writes it from a new run.") from error


def write_recorded(shares: Shares, *, commit: str, today: date, machine: Mapping[str, object], path: Path) -> None:
    content = {
        "share_of_the_ceiling": {str(clients): round(share, 3) for clients, share in sorted(shares.items())},
        "recorded_on": today.isoformat(),
        "commit": commit,
        "machine": machine,
    }
    path.write_text(json.dumps(content, indent=2) + "\n")


def regressions(measured: Shares, recorded: Shares) -> list[str]:
    """A sentence for each number of clients at which too much was lost, or that was not measured at all."""
    found = []
    for clients, before in sorted(recorded.items()):
        now = measured.get(clients)
        least = before * (1 - LOSS_MAX)
        if now is None:
            found.append(f"{clients} clients are recorded but were not measured")
        elif now < least:
            found.append(
                f"{clients} clients: {now:.1%} of the ceiling, recorded are {before:.1%}, "
                f"and less than {least:.1%} fails"
            )
    return found
