"""Which modules a canister consists of: a walk over import statements, as Kybra's own bundler walks them.

Nothing is executed. Every static import counts, also in functions and under `if TYPE_CHECKING`, because that is what
the compiler gathers. The walk starts at the entry, asks a `Finder` for each module it meets, and ends with exactly
the files that the canister needs; files that would make the compiled canister fail are faults.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from replica.execution import stdlib
from replica.execution.source import Fault, SourceError, SourceFile

IMPORT_ROOT: Final = "canisters"

# Kybra copies these beside the canister's own modules, under these bare names.
_RESERVED_STEMS: Final = frozenset({"principal"})
_RESERVED_WITH_MANAGEMENT: Final = frozenset({"basic", "bitcoin", "http", "tecdsa"})
_CHANCE: Final = ("44", "yield management_canister.raw_rand() for chance that nobody knows in advance")
_INSTEAD_OF: Final = {
    "time": ("45", "ask ic.time(), in nanoseconds"),
    "random": _CHANCE,
    "secrets": _CHANCE,
    "uuid": _CHANCE,
}
"""By forbidden module: the rule, and what to do instead."""
_DYNAMIC_IMPORTERS: Final = frozenset({"__import__", "import_module"})


class Finder(Protocol):
    def find(self, module: str) -> SourceFile | None:
        """The source of a module by dotted name, or None. Never standard library."""
        ...


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name. `member` is set for `from module import member`; `is_optional` if its failure is handled."""

    module: str
    member: str | None
    level: int
    line: int
    is_optional: bool


def imports_of(tree: ast.Module) -> Iterator[Import]:
    """Every import statement of a file, in order, one item per name."""
    yield from _imports(tree.body, is_optional=False)


def _imports(nodes: list[ast.stmt], *, is_optional: bool) -> Iterator[Import]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, None, 0, node.lineno, is_optional)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.module or "", alias.name, node.level, node.lineno, is_optional)
        else:
            conditional = isinstance(node, ast.Try | ast.If | ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imports(list(_statements(node)), is_optional=is_optional or conditional)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.excepthandler | ast.match_case):
            yield from _statements(child)


@dataclass(slots=True)
class _Walk:
    entry: SourceFile
    finder: Finder
    reached: dict[str, SourceFile] = field(default_factory=dict)
    """By module name, without the entry."""
    faults: list[Fault] = field(default_factory=list)

    def run(self) -> None:
        waiting = [self.entry]
        while waiting:
            waiting += self._visit(waiting.pop())

    def _visit(self, file: SourceFile) -> list[SourceFile]:
        found: list[SourceFile] = []
        for item in imports_of(file.tree):
            name = self._absolute(file, item)
            if name is not None:
                found += self._reach(file, item, name)
        if file.origin == "canister":
            self.faults += _dynamic_imports(file)
        return found

    def _absolute(self, file: SourceFile, item: Import) -> str | None:
        if item.level == 0:
            return item.module
        if file is self.entry:
            self._fault(file, item, "9", "write an absolute import; the entry has no package")
            return None
        parts = file.package.split(".")
        base = parts[: len(parts) - item.level + 1]
        return ".".join([*base, item.module] if item.module else base)

    def _reach(self, file: SourceFile, item: Import, name: str) -> list[SourceFile]:
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            self._check_stdlib(file, item, name)
            return []
        if file.origin == "canister" and top not in (IMPORT_ROOT, "kybra") and self.finder.find(top) is None:
            self._fault(file, item, "50", f"no module {top!r}; canisters import {IMPORT_ROOT}.*, kybra and packages")
            return []
        return self._reach_chain(file, item, name)

    def _reach_chain(self, file: SourceFile, item: Import, name: str) -> list[SourceFile]:
        """The module, the packages it lies in, and the submodule that `from package import x` may name."""
        if self.entry.module in (name, f"{name}.{item.member}"):
            self._fault(file, item, "9", "do not import the entry; move what you need to another module")
            return []
        new: list[SourceFile] = []
        parts = name.split(".")
        for size in range(1, len(parts) + 1):
            if not self._add(".".join(parts[:size]), new):
                self._missing(file, item, ".".join(parts[:size]))
                return new
        if item.member is not None and self.reached[name].is_package:
            self._add(f"{name}.{item.member}", new)
        return new

    def _add(self, module: str, new: list[SourceFile]) -> bool:
        if module in self.reached:
            return True
        source = self.finder.find(module)
        if source is None:
            return False
        self.reached[module] = source
        new.append(source)
        return True

    def _missing(self, file: SourceFile, item: Import, module: str) -> None:
        # A package from outside may try an import and do without; Kybra leaves such modules out as well.
        if file.origin == "canister":
            self._fault(file, item, "11", f"no module {module!r}; a package needs its __init__.py at every level")

    def _check_stdlib(self, file: SourceFile, item: Import, name: str) -> None:
        if file.origin == "kybra" or (file.origin == "third-party" and item.is_optional):
            return
        wanted = f"{name}.{item.member}" if f"{name}.{item.member}" in stdlib.AVAILABLE else name
        if not stdlib.is_available(wanted):
            self._fault(file, item, "50", f"{name!r} does not exist inside a canister")
        elif file.origin == "canister" and not stdlib.is_permitted(wanted):
            rule, instead = _INSTEAD_OF.get(name, ("46", "the platform has no files, processes or entropy"))
            self._fault(file, item, rule, f"{name!r} is not for canisters; {instead}")

    def _fault(self, file: SourceFile, item: Import, rule: str, text: str) -> None:
        self.faults.append(Fault(file.path, item.line, rule, text))


def _dynamic_imports(file: SourceFile) -> Iterator[Fault]:
    for node in file.nodes:
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in _DYNAMIC_IMPORTERS:
            line = getattr(node, "lineno", 1)
            yield Fault(file.path, line, "15", "import by statement; what is imported dynamically is not bundled")


def _layout_faults(entry: SourceFile, files: list[SourceFile]) -> Iterator[Fault]:
    """Kybra copies plain modules flat under their stems, so stems meet each other, packages and the entry."""
    packages = {file.module.partition(".")[0] for file in files if file.is_package}
    management = any(file.module == "kybra.canisters.management" for file in files)
    reserved = _RESERVED_STEMS | (_RESERVED_WITH_MANAGEMENT if management else frozenset())
    bare = {file.stem for file in files if not file.is_package and "." not in file.module} | {entry.stem}
    for file in [entry, *files]:
        if file.is_package or file.origin == "kybra":
            continue
        if file is not entry and "." in file.module and file.stem in bare:
            yield Fault(file.path, 1, "12", f"rename it; {file.stem!r} is also the name of a top-level module")
        elif file.stem in packages:
            yield Fault(file.path, 1, "12", f"rename it; {file.stem!r} is also a top-level package")
        elif file.stem in reserved:
            yield Fault(file.path, 1, "13", f"rename it; Kybra has a module of its own called {file.stem!r}")


def reach(entry: SourceFile, finder: Finder) -> list[SourceFile]:
    """The entry and every file it reaches, sorted by path; raises `SourceError` where Kybra's build would break."""
    walk = _Walk(entry, finder)
    walk.run()
    files = sorted(walk.reached.values(), key=lambda file: file.path)
    faults = [*walk.faults, *_layout_faults(entry, files)]
    if faults:
        raise SourceError(*sorted(set(faults)))
    return sorted([entry, *files], key=lambda file: file.path)
