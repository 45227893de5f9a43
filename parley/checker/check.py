"""Applies every rule to every canister of a repository, and to shared files that no canister reaches yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from parley.bundler.bundle import RootFinder, read_entry
from parley.bundler.generated import GeneratedModules
from parley.checker import layout
from parley.checker.interface import interface_faults
from replica.execution.canister_source import CanisterSource, read_canister
from replica.execution.discovery import declarations_of
from replica.execution.imports import IMPORT_ROOT
from replica.execution.rules import faults_of
from replica.execution.source import Fault, SourceError, SourceFile, parse_source


def check(root: Path, paths: Sequence[Path] = ()) -> list[Fault]:
    """Every fault under `paths` (files or folders, relative to `root`), or anywhere if there are none."""
    faults: set[Fault] = set()
    reached: set[str] = set()
    for name in canister_names(root):
        try:
            canister = _read(name, root)
        except SourceError as error:
            faults |= set(error.faults)
            continue
        reached |= {file.path for file in canister.files}
        faults |= {*faults_of(canister), *layout.faults_of(canister), *interface_faults(name, canister, root)}
    faults |= set(_faults_of_unreached(root, reached))
    return sorted(fault for fault in faults if _is_under(fault, root, paths))


def canister_names(root: Path) -> list[str]:
    """Every folder that has an entry."""
    return sorted(entry.parent.name for entry in (root / IMPORT_ROOT).glob("*/main.py"))


def _read(name: str, root: Path) -> CanisterSource:
    generated = GeneratedModules.of(name, root, may_be_empty=True)
    return read_canister(read_entry(name, root), RootFinder(root, generated))


def _faults_of_unreached(root: Path, reached: set[str]) -> Iterator[Fault]:
    """A file nobody imports yet has no canister to be checked with, so it is checked among its like."""
    files: list[SourceFile] = []
    for path in sorted((root / IMPORT_ROOT).rglob("*.py")):
        relative = path.relative_to(root).as_posix()
        if relative in reached:
            continue
        try:
            files.append(parse_source(relative, path.read_bytes(), "canister"))
        except SourceError as error:
            yield from error.faults
    nothing = parse_source(f"{IMPORT_ROOT}/nothing/main.py", b"", "canister")
    for file in files:
        canister = CanisterSource(nothing, (file,), declarations_of([file]))
        found = chain(faults_of(canister), layout.faults_of(canister))
        # Without a canister around it, what a file leans on in others is unknown.
        yield from (fault for fault in found if fault.rule not in ("8", "21", "P4"))


def _is_under(fault: Fault, root: Path, paths: Sequence[Path]) -> bool:
    place = (root / fault.path).resolve()
    return not paths or any(place.is_relative_to((root / path).resolve()) for path in paths)
