"""One canister's source as a whole: its files, what they declare, and what each name in them stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from replica.execution.declarations import Declarations
from replica.execution.discovery import declarations_of
from replica.execution.imports import Finder, imports_of, reach
from replica.execution.source import SourceFile


@dataclass(frozen=True)
class CanisterSource:
    """`files` are all that Kybra would analyse: the entry, what it reaches, and the parts of `kybra` among that."""

    entry: SourceFile
    files: tuple[SourceFile, ...]
    declarations: Declarations

    @cached_property
    def modules(self) -> Mapping[str, SourceFile]:
        return {file.module: file for file in self.files}

    @cached_property
    def bindings(self) -> Mapping[str, Bindings]:
        """By path of the file."""
        return {file.path: bindings_of(file) for file in self.files}

    @cached_property
    def map_names(self) -> frozenset[tuple[str, str]]:
        """Module and name of every stable map."""
        by_path = {file.path: file.module for file in self.files}
        return frozenset((by_path[item.place.path], item.name) for item in self.declarations.maps.values())

    def own_files(self) -> Iterator[SourceFile]:
        return (file for file in self.files if file.origin == "canister")


def read_canister(entry: SourceFile, finder: Finder) -> CanisterSource:
    """Gather and analyse a canister; raises `SourceError` where an import would break the build."""
    files = tuple(reach(entry, finder))
    return CanisterSource(entry, files, declarations_of(files))


@dataclass(frozen=True, slots=True)
class Bindings:
    """What the module-level names of one file stand for."""

    imported: Mapping[str, tuple[str, str | None]]
    """Local name to module and the name there; None if the name is the module itself."""
    assigned: frozenset[str]
    defined: frozenset[str]
    """Functions and classes."""

    def __contains__(self, name: str) -> bool:
        return name in self.imported or name in self.assigned or name in self.defined


def bindings_of(file: SourceFile) -> Bindings:
    assigned: set[str] = set()
    defined: set[str] = set()
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            assigned |= {target.id for target in targets if isinstance(target, ast.Name)}
    return Bindings(_imported(file), frozenset(assigned), frozenset(defined))


def _imported(file: SourceFile) -> dict[str, tuple[str, str | None]]:
    names: dict[str, tuple[str, str | None]] = {}
    for node in file.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = (alias.name if alias.asname else top, None)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
    return names


def exported_names(entry: SourceFile, modules: Mapping[str, SourceFile]) -> frozenset[str]:
    """The names `from entry import *` would bring, as far as syntax tells."""
    names = {node.name for node in entry.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for item in imports_of(entry.tree):
        if item.member == "*" and item.module in modules and item.module != entry.module:
            names |= _star_names(modules[item.module])
    names |= {local for local, (_, original) in bindings_of(entry).imported.items() if local == original}
    return frozenset(name for name in names if not name.startswith("_"))


def _star_names(file: SourceFile) -> frozenset[str]:
    bindings = bindings_of(file)
    listed = declared_all(file)
    every = bindings.assigned | bindings.defined | frozenset(bindings.imported)
    return every if listed is None else frozenset(listed)


def declared_all(file: SourceFile) -> Iterable[str] | None:
    """The names in a module's `__all__`, or None if it has none."""
    for node in file.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            value = getattr(node, "value", None)
            return [str(item.value) for item in getattr(value, "elts", []) if isinstance(item, ast.Constant)]
    return None
