"""Rules about using the platform: how Kybra's names are imported, where its calls may stand, what stable maps lack.

Most of these compile and then fail, or silently do something else, in a running canister.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from replica.execution.canister_source import (
    Bindings,
    CanisterSource,
    declared_all,
    exported_names,
)
from replica.execution.declarations import Guard, Hook, Method
from replica.execution.discovery import HOOK_DECORATORS, METHOD_DECORATORS, has_yield, kybra_decorator
from replica.execution.source import Fault, SourceFile

_RAW_CALLS: Final = frozenset({"call_raw", "call_raw128"})
_NO_CALLS: Final = frozenset({"init", "post_upgrade", "pre_upgrade", "inspect_message"})
_INSPECT_ONLY: Final = frozenset({"method_name", "accept_message"})
_TIMER_SETTERS: Final = frozenset({"set_timer", "set_timer_interval"})
_RAW_MEMORY: Final = frozenset(f"stable{bits}_{verb}" for bits in ("", "64") for verb in ("grow", "read", "write")) | {
    "stable_bytes"
}
"""Sizes may be asked for: under maps they say what the maps take."""
_DECORATORS: Final = METHOD_DECORATORS | HOOK_DECORATORS


def _fault(file: SourceFile, node: ast.expr | ast.stmt, rule: str, text: str) -> Fault:
    return Fault(file.path, node.lineno, rule, text)


# -- names and imports -------------------------------------------------------------------------------------------------


def _kybra_names(_canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    for node in file.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "kybra":
                    yield _fault(file, node, "5", "write `from kybra import ...`; Kybra knows only bare names")
        elif isinstance(node, ast.ImportFrom) and node.module == "kybra":
            for alias in node.names:
                if alias.asname is not None or alias.name == "*":
                    yield _fault(file, node, "5", f"import {alias.name} from kybra by its own name")


def _hidden_methods(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    """Decorators of Kybra where Kybra does not look."""
    bindings = canister.bindings[file.path]
    for node in file.nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.FunctionDef) and node in file.tree.body:
            continue
        for decorator in node.decorator_list:
            name = _called_name(decorator)
            if name in _DECORATORS and bindings.imported.get(name, ("", ""))[0] == "kybra":
                yield _fault(file, node, "6", "define it at module level; Kybra does not see it here")


def _entry_scope(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    if file is not canister.entry:
        return
    if declared_all(file) is not None:
        yield Fault(file.path, 1, "8", "remove __all__; it hides methods")
    names = exported_names(file, canister.modules)
    found = canister.declarations
    declared: list[Method | Hook | Guard] = [*found.methods.values(), *found.hooks.values(), *found.guards.values()]
    for item in declared:
        if item.name not in names:
            text = f"import {item.name} in {file.path}, where the running canister looks for it"
            yield item.place.fault("8", text)


# -- stable maps -------------------------------------------------------------------------------------------------------


def _map_use(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    bindings = canister.bindings[file.path]
    has_maps = bool(canister.declarations.maps)

    def is_map(node: ast.expr) -> bool:
        return _is_map(canister, file, bindings, node)

    for node in file.nodes:
        if isinstance(node, ast.Subscript) and is_map(node.value):
            yield _fault(file, node, "30", "use get, insert or remove; stable maps have no []")
        elif isinstance(node, ast.Compare) and _tests_membership(node) and is_map(node.comparators[-1]):
            yield _fault(file, node, "30", "use contains_key; stable maps have no `in`")
        elif isinstance(node, ast.Call) and _called_name(node) == "len" and node.args and is_map(node.args[0]):
            yield _fault(file, node, "30", "use its len(); stable maps have no length for len")
        elif isinstance(node, ast.For | ast.comprehension) and is_map(node.iter):
            yield _fault(file, node.iter, "30", "use keys, values or items; stable maps are not iterable")
        elif has_maps and isinstance(node, ast.Attribute) and _is_ic(node) and node.attr in _RAW_MEMORY:
            yield _fault(file, node, "30", "use maps or raw stable memory, not both in one canister")


def _tests_membership(node: ast.Compare) -> bool:
    return isinstance(node.ops[-1], ast.In | ast.NotIn)


def _is_map(canister: CanisterSource, file: SourceFile, bindings: Bindings, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        module, name = bindings.imported.get(node.id, (file.module, node.id))
        return (module, name) in canister.map_names
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        package, member = bindings.imported.get(node.value.id, ("", None))
        return (f"{package}.{member}" if member else package, node.attr) in canister.map_names
    return False


def _maps_elsewhere(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    declared = {item.place.line for item in canister.declarations.maps.values() if item.place.path == file.path}
    top_level = {id(getattr(node, "value", None)) for node in file.tree.body}
    for node in file.nodes:
        is_map = isinstance(node, ast.Call) and _called_name(node) == "StableBTreeMap"
        if is_map and isinstance(node, ast.Call) and id(node) not in top_level and node.lineno not in declared:
            yield _fault(file, node, "28", "assign the map to a name at module level, where Kybra finds it")


# -- calls and replies -------------------------------------------------------------------------------------------------


def _calls(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    for node in file.nodes:
        if isinstance(node, ast.Expr) and _is_platform_call(canister, node.value):
            yield _fault(file, node, "36", "yield the call, or .notify() it; otherwise nothing is sent")
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.List | ast.Tuple):
            yield _fault(file, node, "36", "yield one call at a time")
        elif isinstance(node, ast.Call) and _is_service_call(canister, node) and node.keywords:
            yield _fault(file, node, "35", "pass the arguments of a service method by position")
        elif isinstance(node, ast.If | ast.While | ast.IfExp) and _is_ok(node.test):
            yield _fault(file, node.test, "37", "test `.Err is None`; the Ok of a void result is None")
        elif isinstance(node, ast.Compare) and any(_is_principal_call(i) for i in [node.left, *node.comparators]):
            yield _fault(file, node, "34", "compare `.bytes` or `.to_str()`; principals have no equality")


def _is_platform_call(canister: CanisterSource, node: ast.expr) -> bool:
    """Whether this builds a call without sending it: `ic.call_raw(...)`, `Peer(x).method(...)`, `.with_cycles(n)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("with_cycles", "with_cycles128"):
            return True
        return (_is_ic(node.func) and node.func.attr in _RAW_CALLS) or _is_service_call(canister, node)
    return False


def _is_service_call(canister: CanisterSource, node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute) or not isinstance(node.func.value, ast.Call):
        return False
    declared = canister.declarations.types.get(_called_name(node.func.value))
    return declared is not None and declared.kind == "service"


def _is_ok(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_ok(node.operand)
    if isinstance(node, ast.BoolOp):
        return any(_is_ok(value) for value in node.values)
    return isinstance(node, ast.Attribute) and node.attr == "Ok"


def _is_principal_call(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    is_platform = isinstance(node.func.value, ast.Name) and node.func.value.id in ("ic", "env")
    return is_platform and node.func.attr in ("caller", "id", "canister_id")


# -- where a call may stand --------------------------------------------------------------------------------------------


def _contexts(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    for node in file.tree.body:
        marked = kybra_decorator(node) if isinstance(node, ast.FunctionDef) else None
        if marked is None or not isinstance(node, ast.FunctionDef):
            continue
        method = canister.declarations.methods.get(node.name)
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                yield from _call_in_context(file, call, call.func, kind=marked[0], method=method)


def _call_in_context(
    file: SourceFile, call: ast.Call, target: ast.Attribute, *, kind: str, method: Method | None
) -> Iterator[Fault]:
    is_plain_query = method is not None and method.mode == "query" and not method.is_async
    sends = target.attr == "notify" or (_is_ic(target) and target.attr == "notify_raw")
    if sends and (kind in _NO_CALLS or is_plain_query):
        yield _fault(file, call, "42", f"set a timer instead; {kind} cannot call other canisters")
    if not _is_ic(target):
        return
    if target.attr in _INSPECT_ONLY and kind != "inspect_message":
        yield _fault(file, call, "41", f"ic.{target.attr} works in inspect_message only")
    if target.attr in ("reply", "reply_raw", "reject") and method is not None and not method.is_manual:
        yield _fault(file, call, "40", f"annotate {method.name} with Manual[...] to answer with ic.{target.attr}")


def _timers(canister: CanisterSource, file: SourceFile) -> Iterator[Fault]:
    bindings = canister.bindings[file.path]
    for node in file.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if not _is_ic(node.func) or node.func.attr not in _TIMER_SETTERS or len(node.args) != 2:
            continue
        callback = _top_level_function(canister, file, bindings, node.args[1])
        if callback is None:
            yield _fault(file, node, "P4", "name a top-level function; a stored timer finds it again by its name")
        elif has_yield(callback) and not _handles_failures(callback):
            yield _fault(file, node, "43", f"catch Exception around the yields of {callback.name}; else nobody sees it")


def _top_level_function(
    canister: CanisterSource, file: SourceFile, bindings: Bindings, node: ast.expr
) -> ast.FunctionDef | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        package, member = bindings.imported.get(node.value.id, ("", None))
        module, name = (f"{package}.{member}" if member else package), node.attr
    elif isinstance(node, ast.Name):
        module, original = bindings.imported.get(node.id, (file.module, node.id))
        name = original or ""
    else:
        return None
    source = canister.modules.get(module)
    functions = [item for item in source.tree.body if isinstance(item, ast.FunctionDef)] if source is not None else []
    return next((item for item in functions if item.name == name), None)


def _handles_failures(node: ast.FunctionDef) -> bool:
    """Whether every await stands inside a `try` that catches `Exception`."""
    guarded = [item for item in ast.walk(node) if isinstance(item, ast.Try) and _catches_exception(item)]
    inside = {id(item) for block in guarded for part in block.body for item in ast.walk(part)}
    yields = [item for item in ast.walk(node) if isinstance(item, ast.Yield | ast.YieldFrom)]
    return all(id(item) in inside for item in yields)


def _catches_exception(node: ast.Try) -> bool:
    return any(isinstance(item.type, ast.Name) and item.type.id == "Exception" for item in node.handlers)


def _is_ic(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "ic"


def _called_name(node: ast.expr) -> str:
    """The last name of what is called: `Peer` in `Peer(x)`, `query` in `kybra.query`, `query(guard=g)` or `query`."""
    target = node.func if isinstance(node, ast.Call) else node
    target = target.value if isinstance(target, ast.Subscript) else target
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


RULES: Final = (
    _kybra_names,
    _hidden_methods,
    _entry_scope,
    _map_use,
    _maps_elsewhere,
    _calls,
    _contexts,
    _timers,
)
