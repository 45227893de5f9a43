"""Runs the generator in a process of its own and adds what the servers used meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.figures import Figures
from bench.processes import processor_time
from bench.requests_file import Script, write_scripts
from parley.places import ROOT
from parley.problems import Problem

SECONDS: Final = 5.0
WARM_UP_SECONDS: Final = 1.0
REPLIED: Final = "replied"
"""In the certificate of a reply, and in the answer to a query."""

Watched = Sequence[tuple[int, str]]
"""Servers: process id, and what the figures call it."""


def generate(
    port: int,
    scripts: Sequence[Script] | Path,
    *,
    watched: Watched = (),
    mark: str = REPLIED,
    seconds: float = SECONDS,
    warm_up_seconds: float = WARM_UP_SECONDS,
) -> Figures:
    """Send `scripts`, or those in a file, one client each. Raises `Problem` if not all went well."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        path = scripts if isinstance(scripts, Path) else write_scripts(Path(folder) / "scripts", scripts)
        command = [sys.executable, "-m", "bench.generator", str(port), str(warm_up_seconds), str(seconds), str(path)]
        with ExitStack() as stack:
            used = [stack.enter_context(processor_time(pid, name)) for pid, name in watched]
            done = subprocess.run([*command, mark], cwd=ROOT, check=True, capture_output=True)  # noqa: S603  # ours
    figures = Figures(**json.loads(done.stdout))
    if figures.failures:
        raise Problem(f"{figures.failures} requests failed, for example: {figures.failure_example}")
    servers = {name: micros for each in used for name, micros in each.micros_per(figures.answered).items()}
    return replace(figures, cpu_micros={**servers, **figures.cpu_micros})


def check_not_dry(figures: Figures) -> Figures:
    """Raises `Problem` if clients had nothing left to send before the time was over."""
    if figures.ran_dry:
        raise Problem(f"{figures.ran_dry} clients ran out of requests before the time was over.")
    return figures
