"""From the entry file of a Kybra project to its module.

Kybra looks for a canister's modules beside its entry file, then among installed packages; so does this. What lies under
the root is the canister's own and is held to every rule of canister source; what comes from installed packages is held
to what would break a build.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from replica.bundles.archive import pack
from replica.execution.imports import reach
from replica.execution.packages import find_installed, kybra_version
from replica.execution.source import SourceFile, parse_source

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]+")


class BundleError(Exception):
    """The bundle cannot be made for a reason outside the canister's Python source."""


def bundle_project(entry: Path, *, root: Path | None = None, name: str | None = None) -> bytes:
    """The module of the canister whose entry file is `entry`; the same source gives the same bytes anywhere.

    `root` is where imports start, the entry's own folder by default; `name` is what people see, by default that of the
    folder. Raises `SourceError`, naming file and line, where Kybra would fail, and `BundleError` for anything else.
    """
    entry = entry.resolve()
    root = entry.parent if root is None else root.resolve()
    if not entry.is_file():
        raise BundleError(f"there is no entry file {entry}")
    if not entry.is_relative_to(root):
        raise BundleError(f"the entry {entry} does not lie under the root {root}")
    return pack(_files(entry.relative_to(root).as_posix(), root, name or _name_of(entry)))


def _files(entry_path: str, root: Path, name: str) -> dict[str, bytes]:
    entry = parse_source(entry_path, (root / entry_path).read_bytes(), "canister")
    sources = [file for file in reach(entry, _ProjectFinder(root)) if file.origin != "kybra"]
    if any(file.module == "main" for file in sources) and entry.module != "main":
        raise BundleError("only the entry can be called main.py: the canister imports it under that name")
    own = sorted({file.module.partition(".")[0] for file in sources if file.origin == "canister"})
    manifest = {"entry": entry_path, "kybra": kybra_version(), "name": name, "own": own}
    files = {file.path: file.data for file in sources}
    files["manifest.json"] = json.dumps(manifest, sort_keys=True, indent=2).encode() + b"\n"
    return files


class _ProjectFinder:
    """Modules under the root, then installed packages. `kybra` is always the installed one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, module: str) -> SourceFile | None:
        relative = module.replace(".", "/")
        if module.partition(".")[0] != "kybra":
            for path in (f"{relative}/__init__.py", f"{relative}.py"):
                if (file := self._root / path).is_file():
                    return parse_source(path, file.read_bytes(), "canister")
        return find_installed(module)


def _name_of(entry: Path) -> str:
    """The name of the nearest folder that says something, in the letters that names have."""
    folder = entry.parent.parent if entry.parent.name == "src" else entry.parent
    name = _NOT_IN_NAMES.sub("_", folder.name.lower()).strip("_")
    return name if name[:1].isalpha() else "canister"
