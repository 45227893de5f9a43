"""The modules of all canisters, made from the source in this repository."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from parley.bundler import BundleError, bundle, write_bundle_folder
from parley.deployment import MODULES, allow_modules, replace_file
from parley.places import BUNDLES, ROOT
from parley.problems import Problem
from replica.execution.source import SourceError

_WASM_MAGIC: Final = b"\0asm"


def make_modules(names: tuple[str, ...] = MODULES) -> dict[str, bytes]:
    """The module of each canister by name."""
    with bundling():
        return {name: bundle(name, ROOT) for name in names}


@contextmanager
def bundling() -> Iterator[None]:
    """Tells a person what keeps a canister from being bundled."""
    try:
        yield
    except (BundleError, SourceError) as error:
        raise Problem(str(error), "`make check` lists everything that Kybra or the replica would refuse.") from error


def write_modules(modules: dict[str, bytes], allowed: Path) -> None:
    """Allow `modules` on the replica, and write each one beside its folder, where it can be looked at and compiled."""
    allow_modules(allowed, ((name, hashlib.sha256(module).digest()) for name, module in modules.items()))
    for name, module in modules.items():
        archive = BUNDLES.parent / f"{name}.tar.gz"
        if not archive.exists() or archive.read_bytes() != module:
            write_bundle_folder(name, ROOT, BUNDLES)
            replace_file(archive, module)


def read_module(path: Path) -> bytes:
    """A compiled module, compressed if it is not: the network takes both, and charges by size."""
    content = path.read_bytes()
    return gzip.compress(content, mtime=0) if content.startswith(_WASM_MAGIC) else content
