"""What a run leaves behind: locust's HTML and CSV, and one JSON file with what it takes to compare it to another."""

from __future__ import annotations

import csv
import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from load.settings import Settings
from parley.version import version

_PERCENTILES = ("50%", "95%", "99%")


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


def read_rows(stats_csv: Path) -> list[dict[str, Any]]:
    """One row per method, and `Aggregated`, from the file locust wrote."""
    with stats_csv.open(newline="") as file:
        return [_row(row) for row in csv.DictReader(file)]


def write_report(path: Path, conditions: Conditions, rows: list[dict[str, Any]]) -> None:
    content = {
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "conditions": conditions.to_json(),
        "methods": rows,
    }
    path.write_text(json.dumps(content, indent=2) + "\n")


def print_report(rows: list[dict[str, Any]], conditions: Conditions, folder: Path, console: Console) -> None:
    table = Table("method", "requests", "failures", "per second", "p50 ms", "p95 ms", "p99 ms")
    for row in rows:
        numbers = [f"{row['requests']:,}", f"{row['failures']:,}", f"{row['per_second']:.1f}"]
        numbers += [f"{row[percentile]:.0f}" for percentile in _PERCENTILES]
        table.add_row(row["method"], *numbers, style="bold" if row["method"] == "Aggregated" else "")
    console.print(table)
    share = conditions.generator_cpu_seconds / conditions.wall_seconds / (os.cpu_count() or 1)
    console.print(f"The load generator itself used {share:.0%} of this machine's processors.")
    console.print(f"Report: {folder / 'report.html'}")


def _row(row: dict[str, str]) -> dict[str, Any]:
    return {
        "method": row["Name"],
        "requests": int(row["Request Count"]),
        "failures": int(row["Failure Count"]),
        "per_second": float(row["Requests/s"]),
        **{percentile: _number(row[percentile]) for percentile in _PERCENTILES},
    }


def _number(text: str) -> float:
    return 0.0 if text == "N/A" else float(text)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
