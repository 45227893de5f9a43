"""How canisters of this repository are laid out: where methods stand, who asks the platform what, what stays pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from replica.execution.canister_source import CanisterSource
from replica.execution.discovery import kybra_decorator
from replica.execution.imports import IMPORT_ROOT
from replica.execution.source import Fault, SourceFile

_ENVIRONMENT: Final = f"{IMPORT_ROOT}/lib/env.py"
_ASKED_OF_THE_ENVIRONMENT: Final = frozenset({"caller", "time", "id"})
_FOLDERS: Final = {"update": "updates", "query": "queries"}
_IMPURE: Final = frozenset({"ic", "StableBTreeMap"})


def faults_of(canister: CanisterSource) -> list[Fault]:
    found: list[Fault] = []
    for file in canister.own_files():
        found += _environment(file)
        found += _method_files(file)
        found += _pure_models(file)
    found += _entry(canister.entry)
    return found


def _environment(file: SourceFile) -> Iterator[Fault]:
    if file.path == _ENVIRONMENT:
        return
    for node in file.nodes:
        is_platform = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "ic"
        if is_platform and isinstance(node, ast.Attribute) and node.attr in _ASKED_OF_THE_ENVIRONMENT:
            yield Fault(file.path, node.lineno, "P5", f"take ic.{node.attr} from {IMPORT_ROOT}.lib.env")


def _method_files(file: SourceFile) -> Iterator[Fault]:
    for node in file.tree.body:
        marked = kybra_decorator(node) if isinstance(node, ast.FunctionDef) else None
        if marked is None or not isinstance(node, ast.FunctionDef) or marked[0] not in _FOLDERS:
            continue
        wanted = f"{_FOLDERS[marked[0]]}/{node.name}.py"
        if not file.path.endswith(f"/{wanted}"):
            yield Fault(file.path, node.lineno, "P6", f"move {node.name} to a file of its own, {wanted}")


def _pure_models(file: SourceFile) -> Iterator[Fault]:
    if "model" not in PurePosixPath(file.path).parts[:-1]:
        return
    for node in file.nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "kybra":
            for alias in node.names:
                if alias.name in _IMPURE:
                    yield Fault(file.path, node.lineno, "P7", f"keep {alias.name} out of model/; rules work on values")


def _entry(entry: SourceFile) -> Iterator[Fault]:
    for node in entry.tree.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not isinstance(node, ast.ImportFrom | ast.Import):
            yield Fault(entry.path, node.lineno, "P8", "only import methods here; the entry is the table of contents")
