"""Imports a canister's modules into a table of their own, never into the host's.

Canister code gets its own `__import__`: modules of the bundle come from the bundle, the permitted part of the standard
library and `kybra` come from the host, everything else does not exist. A bundled `msgpack` is replaced by the installed
one of the same API, whose C parts write the same bytes faster. Builtins that reach out of a canister are missing.

Modules are loaded once per module hash and shared by all canisters that run it, which is sound because they hold no
state (rule P1).
"""

from __future__ import annotations

import builtins
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from types import CodeType, ModuleType
from typing import Any, Final

from replica.execution import stdlib
from replica.execution.source import SourceFile

ENTRY_MODULE: Final = "main"
"""Kybra imports the entry as a script, so it has no package."""

_PROVIDED: Final = frozenset({"kybra", "msgpack"})
_PRIVATE_TO_KYBRA: Final = frozenset({"kybra.__main__", "kybra.module_bundler"})


class ModuleTable:
    """The modules of one bundle; `modules` fills as they are imported."""

    def __init__(self, entry: SourceFile, files: Sequence[SourceFile]) -> None:
        self._sources = {file.module: file for file in files if file is not entry}
        self._sources[ENTRY_MODULE] = entry
        self._top_level = frozenset(name.partition(".")[0] for name in self._sources)
        self._builtins = self._canister_builtins()
        provided = {name for name in self._sources if name.partition(".")[0] in _PROVIDED}
        self._provided = frozenset({*provided, "kybra"} - _PRIVATE_TO_KYBRA)
        self.modules: dict[str, ModuleType] = {}

    def load_entry(self) -> Mapping[str, Any]:
        """Run the entry, and with it all it imports; answers what `from entry import *` would bring."""
        names = vars(self._load(ENTRY_MODULE))
        return {name: value for name, value in names.items() if not name.startswith("_")}

    def function_name(self, function: object) -> str | None:
        """`module.name` if a function can be found again by it, else None."""
        module = self.modules.get(getattr(function, "__module__", None) or "")
        name = getattr(function, "__qualname__", "")
        return f"{module.__name__}.{name}" if module is not None and vars(module).get(name) is function else None

    def function_named(self, qualified: str) -> Any:
        """The function that `function_name` gave this name, or None if this code has no such function."""
        module, _, name = qualified.rpartition(".")
        return getattr(self.modules.get(module), name, None)

    def _canister_builtins(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(builtins).items() if name not in stdlib.FORBIDDEN_BUILTINS}
        kept["__import__"] = self._import
        return kept

    def _import(
        self,
        name: str,
        globals_: Mapping[str, Any] | None = None,
        _locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """What an `import` statement in canister code calls; same contract as `builtins.__import__`."""
        if level > 0:
            name = importlib.util.resolve_name("." * level + name, (globals_ or {}).get("__package__"))
        if not self._is_in_bundle(name):
            return self._import_from_host(name, fromlist)
        module = self._load(name)
        for item in fromlist or ():
            if item != "*" and not hasattr(module, item) and f"{name}.{item}" in self._sources:
                self._load(f"{name}.{item}")
        return module if fromlist else self.modules[name.partition(".")[0]]

    def _is_in_bundle(self, name: str) -> bool:
        top = name.partition(".")[0]
        return top in self._top_level and top not in _PROVIDED and top not in sys.stdlib_module_names

    def _import_from_host(self, name: str, fromlist: Sequence[str] | None) -> ModuleType:
        if name not in self._provided and not stdlib.is_permitted(name):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return __import__(name, {}, {}, fromlist or (), 0)

    def _load(self, name: str) -> ModuleType:
        if name in self.modules:
            return self.modules[name]
        parent, _, child = name.rpartition(".")
        package = self._load(parent) if parent else None
        source = self._sources.get(name)
        if source is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        module = self._run(name, source)
        if package is not None:
            setattr(package, child, module)
        return module

    def _run(self, name: str, source: SourceFile) -> ModuleType:
        module = ModuleType(name)
        module.__dict__.update(__builtins__=self._builtins, __package__=self._package_of(name, source))
        self.modules[name] = module
        try:
            exec(_compile(source), module.__dict__)  # noqa: S102 - running allowed bundles is what this engine is for
        except BaseException:
            del self.modules[name]
            raise
        return module

    def _package_of(self, name: str, source: SourceFile) -> str:
        return "" if name == ENTRY_MODULE else source.package


def _compile(source: SourceFile) -> CodeType:
    return compile(source.tree, source.path, "exec", dont_inherit=True)
