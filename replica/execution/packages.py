"""Where installed Python packages keep their source; `kybra` itself is always found here.

Canister code never imports these files directly: the bundler copies them, the analyser reads them.
"""

from __future__ import annotations

import site
from functools import cache
from importlib import metadata
from pathlib import Path

from replica.execution.source import Origin, SourceFile, parse_source


@cache
def find_installed(module: str) -> SourceFile | None:
    """The source of an installed pure-Python module by dotted name; None for extensions and what is not installed."""
    origin: Origin = "kybra" if module.partition(".")[0] == "kybra" else "third-party"
    relative = module.replace(".", "/")
    for folder in site.getsitepackages():
        for path in (f"{relative}/__init__.py", f"{relative}.py"):
            if (file := Path(folder, path)).is_file():
                return parse_source(path, file.read_bytes(), origin)
    return None


def kybra_version() -> str:
    return metadata.version("kybra")
