"""What a run leaves behind: locust's HTML and CSV, and one JSON file with what it takes to compare it to another."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from load.settings import Settings
from parley.version import version


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which the numbers came about."""

    settings: Settings
    generator_cpu_seconds: float
    wall_seconds: float

    def to_json(self) -> dict[str, object]:
        return {
            **asdict(self.settings),
            "user_index": self.settings.user_index.text,
            "generator_cpu_seconds": round(self.generator_cpu_seconds, 2),
            "wall_seconds": round(self.wall_seconds, 2),
        }


def machine() -> dict[str, object]:
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpus": os.cpu_count(),
        "memory_gib": round(memory_bytes / 2**30, 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "parley": version(),
    }


def write_report(path: Path, conditions: Conditions, rows: list[dict[str, Any]]) -> None:
    content = {
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "conditions": conditions.to_json(),
        "methods": rows,
    }
    path.write_text(json.dumps(content, indent=2) + "\n")


def print_report(rows: list[dict[str, Any]], conditions: Conditions, folder: Path, console: Console) -> None:
    console.print(f"{'method':<28}{'requests':>10}{'failures':>10}{'per s':>9}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}")
    for row in rows:
        numbers = f"{row['requests']:>10,}{row['failures']:>10,}{row['per_second']:>9.1f}"
        percentiles = "".join(f"{row[name]:>8.0f}" for name in ("p50_ms", "p95_ms", "p99_ms"))
        console.print(f"{row['method']:<28}{numbers}{percentiles}", style="red" if row["failures"] else None)
    share = conditions.generator_cpu_seconds / conditions.wall_seconds / (os.cpu_count() or 1)
    console.print(f"The load generator itself used {share:.0%} of this machine's processors.")
    console.print(f"Report: {folder / 'report.html'}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
