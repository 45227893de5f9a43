"""From a canister's name to the files of its bundle, and from those to bytes or a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from parley.bundler.generated import GeneratedModules
from replica.bundles import BundleError
from replica.bundles.archive import pack
from replica.execution.imports import IMPORT_ROOT, reach
from replica.execution.packages import find_installed, kybra_version
from replica.execution.source import SourceFile, parse_source


class RootFinder:
    """Modules under `root/canisters`, then generated ones, then installed packages."""

    def __init__(self, root: Path, generated: GeneratedModules) -> None:
        self._root = root
        self._generated = generated

    def find(self, module: str) -> SourceFile | None:
        if module.partition(".")[0] != IMPORT_ROOT:
            return find_installed(module)
        relative = module.replace(".", "/")
        for path in (f"{relative}/__init__.py", f"{relative}.py"):
            if (file := self._root / path).is_file():
                return parse_source(path, file.read_bytes(), "canister")
        data = self._generated.source(f"{relative}.py")
        return None if data is None else parse_source(f"{relative}.py", data, "canister")


def read_entry(name: str, root: Path) -> SourceFile:
    entry_path = f"{IMPORT_ROOT}/{name}/main.py"
    if not (root / entry_path).is_file():
        raise BundleError(f"no canister {name!r}: {entry_path} does not exist")
    return parse_source(entry_path, (root / entry_path).read_bytes(), "canister")


def reached_sources(name: str, root: Path) -> list[SourceFile]:
    """Every file canister `name` reaches, `kybra` included, sorted by path."""
    return reach(read_entry(name, root), RootFinder(root, GeneratedModules.of(name, root)))


def bundle_files(name: str, root: Path) -> dict[str, bytes]:
    """The files of the bundle by path. `kybra` is left out: whoever runs or compiles the bundle provides it."""
    files = {file.path: file.data for file in reached_sources(name, root) if file.origin != "kybra"}
    manifest = {"name": name, "entry": f"{IMPORT_ROOT}/{name}/main.py", "kybra": kybra_version()}
    files["manifest.json"] = json.dumps(manifest, sort_keys=True, indent=2).encode() + b"\n"
    interface = root / IMPORT_ROOT / name / f"{name}.did"
    if interface.is_file():
        files[f"{name}.did"] = interface.read_bytes()
    return files


def bundle(name: str, root: Path) -> bytes:
    """The module of canister `name`; the same source gives the same bytes on any machine and Python version."""
    return pack(bundle_files(name, root))


def write_bundle_folder(name: str, root: Path, out_dir: Path) -> Path:
    """Write the bundle's files to `out_dir/name`, in place of what an earlier bundle left there."""
    folder = out_dir / name
    if folder.exists():
        if not (folder / "manifest.json").is_file():
            raise BundleError(f"{folder} is not a bundle folder; it is left as it is")
        shutil.rmtree(folder)
    for path, data in bundle_files(name, root).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder
