"""Rules that keep state out of Python objects, because every canister with the same code shares one set of modules.

Module level holds constants, types, functions and stable maps. Lists, dicts and sets may stand there only under an
UPPER_CASE name, which says that nobody changes them, and nobody may: changing anything that a module-level name holds
is a fault wherever it is written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from replica.execution.canister_source import Bindings, CanisterSource
from replica.execution.source import Fault, SourceFile

_FREEZING: Final = frozenset({"tuple", "frozenset", "MappingProxyType", "bytes", "str", "int", "float", "bool", "len"})
_CONSTANT_BY_NAME: Final = frozenset({"list", "dict", "set", "sorted"})
_IMMUTABLE_CLASSES: Final = frozenset(
    {"StableBTreeMap", "MappingProxyType", "Principal", "Struct", "Decimal", "Fraction", "NewType", "TypeVar", "Func"}
    | {"ParamSpec", "NamedTuple", "Duration", "TimerId"}
)
_STATEFUL: Final = frozenset(
    {"bytearray", "deque", "defaultdict", "OrderedDict", "Counter", "ChainMap", "array", "iter", "map", "filter", "zip"}
    | {"enumerate", "reversed", "count", "cycle", "chain", "StringIO", "BytesIO", "SimpleNamespace", "object"}
)
_NO_GLOBALS: Final = "keep what lasts in a stable map; all canisters with this code share their globals"
_NO_CONTAINERS: Final = "keep what changes in a stable map; make constants tuples, or name them in UPPER_CASE"
_CONTAINERS: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_CACHES: Final = frozenset({"cache", "lru_cache", "cached_property"})
_CHANGES: Final = frozenset(
    {"append", "extend", "insert", "pop", "popitem", "remove", "clear", "update", "setdefault", "add", "discard"}
    | {"sort", "reverse", "appendleft", "popleft", "difference_update", "intersection_update"}
)


def _module_level(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    for node in file.tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            yield from _assignment(canister, file, node)
        elif isinstance(node, ast.ClassDef):
            yield from _class_level(canister, file, node)
        elif not _is_declaration(node):
            yield Fault(file.path, node.lineno, "P1", "only constants, types, functions and maps at module level")


def _is_declaration(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Import | ast.ImportFrom | ast.Pass)


def _class_level(canister: CanisterSource, file: SourceFile, node: ast.ClassDef) -> Iterator[Fault]:
    for line in node.body:
        if isinstance(line, ast.Assign | ast.AnnAssign):
            yield from _assignment(canister, file, line)


def _assignment(canister: CanisterSource, file: SourceFile, node: ast.Assign | ast.AnnAssign) -> Iterator[Fault]:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if node.value is None or not isinstance(target, ast.Name):
        return
    is_constant_by_name = target.id.isupper() or target.id == "__all__"
    if (text := _state_in(canister, file, node.value, is_constant_by_name=is_constant_by_name)) is not None:
        yield Fault(file.path, node.lineno, "P1", text)


def _state_in(canister: CanisterSource, file: SourceFile, value: ast.expr, *, is_constant_by_name: bool) -> str | None:
    """Why this module-level value could hold state, or None."""
    if isinstance(value, ast.GeneratorExp):
        return "make it a tuple; a generator remembers how far it was read"
    if isinstance(value, _CONTAINERS):
        return None if is_constant_by_name else _NO_CONTAINERS
    if isinstance(value, ast.Call):
        return _state_from_call(canister, file, value, is_constant_by_name=is_constant_by_name)
    if isinstance(value, ast.Lambda | ast.Constant | ast.Name | ast.Attribute | ast.Subscript):
        return None
    parts = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    found = (_state_in(canister, file, part, is_constant_by_name=is_constant_by_name) for part in parts)
    return next((text for text in found if text is not None), None)


def _state_from_call(
    canister: CanisterSource, file: SourceFile, call: ast.Call, *, is_constant_by_name: bool
) -> str | None:
    target = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
    if name in _FREEZING or name in _IMMUTABLE_CLASSES:
        return None
    if name in _STATEFUL:
        return f"keep no {name} at module level; put what must last into a stable map"
    if name[:1].isupper():
        is_immutable = _is_immutable_class(canister, file, name)
        return None if is_immutable else f"keep no {name} at module level unless its objects never change"
    if name in _CONSTANT_BY_NAME or name.islower():
        return None if is_constant_by_name else "name it in UPPER_CASE if it is a constant"
    return None


def _is_immutable_class(canister: CanisterSource, file: SourceFile, name: str) -> bool:
    """Whether the source of a class shows that only its constructor sets attributes."""
    module, original = canister.bindings[file.path].imported.get(name, (file.module, name))
    source = canister.modules.get(module)
    classes = [node for node in source.tree.body if isinstance(node, ast.ClassDef)] if source is not None else []
    node = next((item for item in classes if item.name == original), None)
    return node is not None and not any(_changes_self(item) for item in node.body)


def _changes_self(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef) or node.name in ("__init__", "__new__"):
        return False
    return any(root == "self" for root, _ in _changed_roots(node))


def _changed_roots(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The name at the root of everything that is stored into, deleted from, or changed by a method."""
    for item in ast.walk(node):
        changed: ast.expr | None = None
        if isinstance(item, ast.Attribute | ast.Subscript) and isinstance(item.ctx, ast.Store | ast.Del):
            changed = item
        elif isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute) and item.func.attr in _CHANGES:
            changed = item.func
        root = None if changed is None else _root(changed)
        if root is not None and changed is not None:
            yield root, changed


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _changes(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    bindings = canister.bindings[file.path]
    for node in file.nodes:
        if isinstance(node, ast.Global):
            yield Fault(file.path, node.lineno, "P2", _NO_GLOBALS)
        elif isinstance(node, ast.FunctionDef):
            yield from _function_faults(canister, file, bindings, node)


def _function_faults(
    canister: CanisterSource, file: SourceFile, bindings: Bindings, node: ast.FunctionDef
) -> Iterator[Fault]:
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")) in _CACHES:
            yield Fault(file.path, node.lineno, "P1", "remove the cache; canisters with the same code would share it")
    for default in [*node.args.defaults, *(item for item in node.args.kw_defaults if item is not None)]:
        if _state_in(canister, file, default, is_constant_by_name=False) is not None:
            yield Fault(file.path, default.lineno, "P1", "use None or a tuple as default; all calls share it")
    local = _local_names(node)
    for root, item in _changed_roots(node):
        if root not in local and _is_shared(canister, file, bindings, root, item):
            yield Fault(file.path, item.lineno, "P1", f"do not change {root}; all canisters with this code share it")


def _is_shared(canister: CanisterSource, file: SourceFile, bindings: Bindings, root: str, item: ast.expr) -> bool:
    if root not in bindings:
        return False
    if isinstance(item.ctx if isinstance(item, ast.Attribute | ast.Subscript) else None, ast.Store | ast.Del):
        return True
    # A call such as `messages.insert(...)` changes nothing here if `messages` is a stable map or a module.
    module, original = bindings.imported.get(root, (file.module, root))
    source = canister.modules.get(module)
    return source is not None and original is not None and _holds_container(source, original)


def _holds_container(file: SourceFile, name: str) -> bool:
    for node in file.tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == name:
            value = getattr(node, "value", None)
            is_container_call = isinstance(value, ast.Call) and _root(value.func) in _CONSTANT_BY_NAME | _STATEFUL
            return is_container_call or isinstance(value, _CONTAINERS)
    return False


def _local_names(node: ast.FunctionDef) -> frozenset[str]:
    """Names a function binds itself, nested functions included: the cost of a miss is a fault not reported."""
    arguments = {item.arg for item in ast.walk(node) if isinstance(item, ast.arg)}
    stored = {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
    return frozenset(arguments | stored)


RULES: Final = (_module_level, _changes)
