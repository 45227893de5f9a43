"""A Python file of a canister, read but not run, and how its faults are reported.

Bundler, checker and engine all look at canisters through these: a file is parsed once, every rule reads the same
tree, and every fault names file, line and rule number. Rule numbers are those of `parley/checker/rules.md`;
the project's own rules start with P.
"""

from __future__ import annotations

import ast
import contextlib
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

Origin = Literal["canister", "third-party", "kybra"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One broken rule at one place; `text` says what to do."""

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: rule {self.rule}: {self.text}"


class SourceError(Exception):
    """Source that cannot become a canister."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A parsed module; `path` is relative to the import root, with forward slashes."""

    path: str
    data: bytes
    tree: ast.Module
    origin: Origin

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """The whole tree, flat: every rule reads it."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def module(self) -> str:
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")

    @property
    def package(self) -> str:
        """What relative imports in this file are relative to."""
        return self.module if self.is_package else self.module.rpartition(".")[0]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem


def parse_source(path: str, data: bytes, origin: Origin) -> SourceFile:
    """Parse one file, or raise `SourceError` naming the line that cannot be parsed."""
    try:
        with warnings.catch_warnings():
            # Escape sequences and the like are the linter's business.
            warnings.simplefilter("ignore")
            tree = ast.parse(data, filename=path, feature_version=(3, 10))
    except SyntaxError as error:
        line = _line_of_exception_group(data) or error.lineno or 1
        raise SourceError(Fault(path, line, "3", f"use Python 3.10 syntax ({error.msg})")) from error
    except ValueError as error:
        raise SourceError(Fault(path, 1, "3", f"not Python source ({error})")) from error
    return SourceFile(path, data, tree, origin)


def _line_of_exception_group(data: bytes) -> int | None:
    """Where `except*` stands: Python itself only tells where its block ends."""
    with contextlib.suppress(SyntaxError, ValueError):
        for node in ast.walk(ast.parse(data)):
            if isinstance(node, ast.TryStar):
                return node.handlers[0].lineno
    return None
