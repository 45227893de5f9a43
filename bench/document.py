"""`docs/benchmarks.md`: one page that two commands write, each its own part, and the method they share.

A part begins and ends with a comment that names it; writing one leaves the other as it is.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from load.report import machine
from parley.places import ROOT

DOCUMENT: Final = ROOT / "docs" / "benchmarks.md"
RAW: Final = ROOT / "build"
PARTS: Final = {"bench": "make bench", "curves": "make curves"}

_HEAD: Final = """# Benchmarks

Written by `make bench` and `make curves`. Do not edit; run them again.

## How to measure

```
make bench                             # 10 minutes: rates, latencies, memory, starts, beside the ceiling
SYNAPSE_PYTHON=PYTHON make bench       # the same beside Matrix Synapse, which that Python has installed
make bench RECORD=1                    # also records the shares of the ceiling as the ones to keep
make curves                            # 20 minutes: what grows with people and messages, and what does not
.venv/bin/python -m bench.micro        # seconds: where the time of one message goes, for contributors
```

- **Closed loop.** A client sends its next request when the last is answered, so latency and rate are two views of
  one thing, and nothing queues anywhere but in the server.
- **Everything on one machine.** Server and load generator share its processors. Requests are signed before the clock
  starts and sent over sockets handled by hand, so the generator's share stays small; it stands beside the figures.
  Above a third, they would say as much about the generator as about Parley.
- **Side by side.** Absolute figures move from day to day and with the neighbours of a virtual machine. Runs of Parley
  and of what it is compared with alternate within one sitting; medians count, and ratios are taken between
  neighbours. Let nothing else run meanwhile.
- **The ceiling** (`bench/ceiling.py`) is a server by hand in one process that reads, checks, stores, signs and
  answers the same requests and does nothing else. How near Parley comes is what its canisters cost.
- **The gate.** `make bench` fails if at any number of clients the share of the ceiling is more than a fifth below the
  one in `bench/recorded.json`.
"""


def write_part(path: Path, name: str, text: str) -> None:
    """Put `text` into part `name` of the document, and bring what is around the parts up to date."""
    before = path.read_text() if path.exists() else ""
    parts = {part: _read_part(before, part) or f"Not measured yet: `{command}`." for part, command in PARTS.items()}
    parts[name] = text.strip()
    bodies = (f"<!-- {part} -->\n\n{body}\n\n<!-- /{part} -->" for part, body in parts.items())
    path.write_text("\n".join([_HEAD, *bodies]) + "\n")


def write_raw(name: str, content: Mapping[str, Any]) -> Path:
    """Everything that was found, for whoever wants to compare two runs in detail."""
    path = RAW / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"machine": machine(), "commit": commit(), **content}, indent=2, default=str) + "\n")
    return path


def conditions(command: str, *, about: Mapping[str, object], commit_id: str, now: datetime) -> str:
    """The sentence without which figures are worth nothing."""
    return (
        f"By `{command}` on {now:%Y-%m-%d}, at commit {commit_id}. Machine: {about['cpus']} × {about['processor']}, "
        f"{about['memory_gib']} GiB,\n{about['system']}. Python {about['python']}, Parley {about['parley']}."
    )


def conditions_now(command: str) -> str:
    return conditions(command, about=machine(), commit_id=commit(), now=datetime.now(UTC))


def commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _read_part(document: str, name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", document, re.DOTALL)
    return found.group(1).strip() if found else ""
