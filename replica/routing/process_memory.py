"""How much memory this process occupies, as the operating system counts it."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Final

_PAGES: Final = Path("/proc/self/statm")


def resident_bytes() -> int:
    """What is in memory now; where the system does not tell (macOS), the most that ever was."""
    try:
        return int(_PAGES.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
