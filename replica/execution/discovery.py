"""Finds what a canister declares, as Kybra does: without running anything, in every file of the import graph.

Kybra silently overlooks what is spelled another way than it expects, so discovery here is as narrow: module top level
only, decorators and base classes by bare name. What the compiler would refuse becomes a fault.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from replica.execution.declarations import (
    Declarations,
    Guard,
    Hook,
    HookKind,
    MapDeclaration,
    Member,
    Method,
    MethodMode,
    Parameter,
    Place,
    ServiceMethod,
    TypeDeclaration,
    TypeKind,
)
from replica.execution.source import SourceFile

METHOD_DECORATORS: Final = frozenset({"query", "update"})
HOOK_DECORATORS: Final = frozenset({"init", "post_upgrade", "pre_upgrade", "heartbeat", "inspect_message"})
_WITH_PARAMETERS: Final = frozenset({"init", "post_upgrade"})
_TYPE_BASES: Final[dict[str, TypeKind]] = {"Record": "record", "Variant": "variant", "Service": "service"}
_PARAMETERS_MAX: Final = 5
_HOOK_KINDS: Final[tuple[HookKind, ...]] = ("init", "post_upgrade", "pre_upgrade", "heartbeat", "inspect_message")
# Types keep their names in the generated Rust, next to Rust's own.
_TAKEN_BY_RUST: Final = frozenset(
    {"Result", "Option", "Vec", "Box", "String", "Default", "Self", "Ic", "KybraError", "CandidError", "Some", "None"}
    | {"Ok", "Err", "Send", "Sync", "Copy", "Clone", "Drop", "Iterator", "From", "Into", "ToString", "Fn"}
)
_MAP_SETTINGS: Final = ("memory_id", "max_key_size", "max_value_size")


def declarations_of(files: Iterable[SourceFile]) -> Declarations:
    found = Declarations()
    # Kybra's own names are taken first, so that a clash is reported where it can be mended.
    for file in sorted(files, key=lambda file: (file.origin != "kybra", file.path)):
        _Reader(file, found).read()
    for method in found.methods.values():
        _check_guard(method, found)
    return found


def _check_guard(method: Method, found: Declarations) -> None:
    if method.guard is not None and method.guard not in found.guards:
        text = f"define {method.guard} as a top-level function without parameters that returns GuardResult"
        found.faults.append(method.place.fault("21", text))
    if method.name in found.guards:
        found.faults.append(method.place.fault("21", f"rename it; {method.name} is also a guard"))


def decorator_name(node: ast.expr) -> str | None:
    """The bare name of a decorator, called or not; None for anything Kybra does not see."""
    target = node.func if isinstance(node, ast.Call) else node
    return target.id if isinstance(target, ast.Name) else None


def kybra_decorator(node: ast.FunctionDef) -> tuple[str, ast.expr] | None:
    """The decorator that makes a function part of the canister, with its syntax."""
    for decorator in node.decorator_list:
        name = decorator_name(decorator)
        if name in METHOD_DECORATORS or name in HOOK_DECORATORS:
            return str(name), decorator
    return None


class _Reader:
    """Reads one file's top level into the declarations."""

    def __init__(self, file: SourceFile, found: Declarations) -> None:
        self._file = file
        self._found = found

    def read(self) -> None:
        for node in self._file.tree.body:
            if isinstance(node, ast.FunctionDef):
                self._function(node)
            elif isinstance(node, ast.ClassDef):
                self._class(node)
            elif isinstance(node, ast.Assign):
                self._assignment(node, node.targets, node.value)
            elif isinstance(node, ast.AnnAssign):
                self._assignment(node, [node.target], node.value, annotated=True)

    def _place(self, node: ast.stmt | ast.expr) -> Place:
        return Place(self._file.path, node.lineno)

    def _fault(self, node: ast.stmt | ast.expr, rule: str, text: str) -> None:
        self._found.faults.append(self._place(node).fault(rule, text))

    # -- functions ---------------------------------------------------------------------------------------------------

    def _function(self, node: ast.FunctionDef) -> None:
        marked = kybra_decorator(node)
        if marked is not None and marked[0] in METHOD_DECORATORS:
            self._method(node, "query" if marked[0] == "query" else "update", marked[1])
        elif marked is not None:
            self._hook(node, marked[0])
        elif _is_name(node.returns, "GuardResult"):
            self._guard(node)

    def _method(self, node: ast.FunctionDef, mode: MethodMode, decorator: ast.expr) -> None:
        returns, is_async, is_manual = _unwrap(node.returns)
        if returns is None:
            self._fault(node, "17", f"annotate what {node.name} returns, `void` for nothing")
            return
        if mode == "query" and has_yield(node) and not is_async:
            self._fault(node, "19", f"annotate {node.name} with Async[...], outermost; otherwise it cannot be awaited")
        if is_manual and not is_async and has_yield(node):
            self._fault(node, "19", f"put Async outside Manual in the annotation of {node.name}")
        if node.name in self._found.methods:
            self._fault(node, "24", f"rename {node.name}; another method has this name")
        parameters = self._parameters(node, _PARAMETERS_MAX)
        guard = self._guard_name(decorator)
        method = Method(node.name, mode, parameters, returns, is_async, is_manual, guard, self._place(node))
        self._found.methods[node.name] = method
        self._check_name(node)

    def _hook(self, node: ast.FunctionDef, name: str) -> None:
        kind = next(kind for kind in _HOOK_KINDS if kind == name)
        if kind in self._found.hooks:
            self._fault(node, "16", f"a canister has one {kind}")
        returns, is_async, _ = _unwrap(node.returns)
        if not _is_name(returns, "void") or (is_async and kind != "heartbeat"):
            self._fault(node, "17", f"annotate {node.name} with `-> void`")
        if kind not in _WITH_PARAMETERS and _has_parameters(node):
            self._fault(node, "20", f"{kind} takes no parameters")
        if kind != "heartbeat" and has_yield(node):
            self._fault(node, "18", f"{kind} cannot await; set a timer instead")
        parameters = self._parameters(node, _PARAMETERS_MAX)
        self._found.hooks[kind] = Hook(node.name, kind, parameters, self._place(node))
        self._check_name(node)

    def _guard(self, node: ast.FunctionDef) -> None:
        if self._file.origin == "kybra":
            return
        if _has_parameters(node):
            self._fault(node, "21", f"{node.name} returns GuardResult, so it is a guard and takes no parameters")
        if has_yield(node):
            self._fault(node, "18", "a guard cannot await")
        if node.name in self._found.guards:
            self._fault(node, "21", f"rename {node.name}; another guard has this name")
        self._found.guards[node.name] = Guard(node.name, self._place(node))
        self._check_name(node)

    def _check_name(self, node: ast.FunctionDef) -> None:
        if node.name.startswith("_"):
            self._fault(node, "7", f"rename {node.name}; names with an underscore are not exported")

    def _guard_name(self, decorator: ast.expr) -> str | None:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else []:
            if keyword.arg != "guard":
                continue
            if isinstance(keyword.value, ast.Name):
                return keyword.value.id
            if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                return keyword.value.value
            self._fault(decorator, "21", "name the guard function")
        return None

    def _parameters(self, node: ast.FunctionDef, maximum: int) -> tuple[Parameter, ...]:
        arguments = node.args
        if arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg:
            self._fault(node, "16", "use plain parameters only, without *, /, *args or **kwargs")
        if arguments.defaults:
            self._fault(node, "16", "remove the defaults; every argument of a method is required")
        if len(arguments.args) > maximum:
            self._fault(node, "16", f"take at most {maximum} parameters, or one record")
        parameters = []
        for argument in arguments.args:
            if argument.annotation is None:
                self._fault(node, "16", f"annotate the parameter {argument.arg}")
            elif argument.arg == "self" and argument is arguments.args[0]:
                self._fault(node, "16", "a method is a function, its first parameter is not self")
            else:
                parameters.append(Parameter(argument.arg, argument.annotation))
        return tuple(parameters)

    # -- classes -----------------------------------------------------------------------------------------------------

    def _class(self, node: ast.ClassDef) -> None:
        kinds = [_TYPE_BASES[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in _TYPE_BASES]
        if not kinds:
            return
        place = self._place(node)
        if kinds[0] == "service":
            declaration = TypeDeclaration(node.name, "service", place, methods=tuple(self._service_methods(node)))
        else:
            members = tuple(self._members(node, kinds[0]))
            declaration = TypeDeclaration(node.name, kinds[0], place, members=members)
        self._declare(node, declaration)

    def _members(self, node: ast.ClassDef, kind: TypeKind) -> Iterator[Member]:
        for line in node.body:
            is_member = isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is None
            if is_member and isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                yield Member(line.target.id, line.annotation, self._place(line))
            elif not (kind == "record" and _is_ellipsis(line)):
                self._fault(line, "23", f"a {kind} has only `name: type` lines")

    def _service_methods(self, node: ast.ClassDef) -> Iterator[ServiceMethod]:
        if not node.body:
            self._fault(node, "23", "a service needs methods")
        for line in node.body:
            if not isinstance(line, ast.FunctionDef):
                self._fault(line, "23", "a service has only methods")
            elif (method := self._service_method(line)) is not None:
                yield method

    def _service_method(self, node: ast.FunctionDef) -> ServiceMethod | None:
        names = [item.id for item in node.decorator_list if isinstance(item, ast.Name)]
        if len(node.decorator_list) != 1 or names not in (["service_query"], ["service_update"]):
            self._fault(node, "23", "decorate it with bare @service_query or @service_update, and nothing else")
            return None
        if node.returns is None:
            self._fault(node, "17", f"annotate what {node.name} returns, `void` for nothing")
            return None
        arguments = node.args.args
        if not arguments or arguments[0].arg != "self":
            self._fault(node, "23", "the first parameter of a service method is self")
            return None
        parameters = tuple(Parameter(item.arg, item.annotation) for item in arguments[1:] if item.annotation)
        if len(parameters) != len(arguments) - 1 or len(parameters) > _PARAMETERS_MAX:
            self._fault(node, "16", f"annotate every parameter, at most {_PARAMETERS_MAX}")
        mode: MethodMode = "query" if names == ["service_query"] else "update"
        return ServiceMethod(node.name, mode, parameters, node.returns, self._place(node))

    # -- assignments -------------------------------------------------------------------------------------------------

    def _assignment(
        self, node: ast.stmt, targets: Sequence[ast.expr], value: ast.expr | None, *, annotated: bool = False
    ) -> None:
        if len(targets) != 1 or not isinstance(targets[0], ast.Name):
            # Kybra names every top-level assignment before it knows which ones matter to it.
            self._fault(node, "4", "assign to one plain name at module level")
        elif value is not None:
            self._declare_assigned(node, targets[0].id, value, annotated=annotated)

    def _declare_assigned(self, node: ast.stmt, name: str, value: ast.expr, *, annotated: bool) -> None:
        place = self._place(node)
        if isinstance(value, ast.Subscript) and _is_name(value.value, "Alias"):
            self._declare(node, TypeDeclaration(name, "alias", place, target=value.slice))
        elif isinstance(value, ast.Subscript) and _is_name(value.value, "Tuple") and not annotated:
            self._declare(node, TypeDeclaration(name, "tuple", place, target=value))
        elif isinstance(value, ast.Call) and _is_name(value.func, "Func"):
            self._declare(node, TypeDeclaration(name, "func", place, target=value))
        elif isinstance(value, ast.Call) and _is_map(value.func):
            self._map(node, name, value)

    def _declare(self, node: ast.stmt, declaration: TypeDeclaration) -> None:
        if declaration.name in _TAKEN_BY_RUST and self._file.origin != "kybra":
            self._fault(node, "24", f"rename {declaration.name}; the code that Kybra generates has its own")
        if declaration.name in self._found.types:
            other = self._found.types[declaration.name].place
            self._fault(node, "24", f"rename {declaration.name}; {other.path}:{other.line} has a type of this name")
        else:
            self._found.types[declaration.name] = declaration

    def _map(self, node: ast.stmt, name: str, call: ast.Call) -> None:
        pair = call.func.slice if isinstance(call.func, ast.Subscript) else None
        if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
            self._fault(node, "28", "write StableBTreeMap[Key, Value](memory_id=, max_key_size=, max_value_size=)")
            return
        settings = [_setting(call, index, key) for index, key in enumerate(_MAP_SETTINGS)]
        memory_id, max_key_size, max_value_size = settings
        if memory_id is None or max_key_size is None or max_value_size is None:
            self._fault(node, "28", "write memory id and sizes as integer literals")
        elif not (0 <= memory_id <= 254 and 0 < max_key_size < 2**32 and 0 < max_value_size < 2**32):
            self._fault(node, "28", "use a memory id of 0 to 254 and sizes above 0")
        elif memory_id in self._found.maps:
            self._fault(node, "28", f"use another memory id; {self._found.maps[memory_id].name} has {memory_id}")
        else:
            place = self._place(node)
            key, value = pair.elts
            declaration = MapDeclaration(name, memory_id, key, value, max_key_size, max_value_size, place)
            self._found.maps[memory_id] = declaration


def _setting(call: ast.Call, index: int, keyword: str) -> int | None:
    value: ast.expr | None = call.args[index] if index < len(call.args) else None
    for item in call.keywords:
        if item.arg == keyword:
            value = item.value
    return value.value if isinstance(value, ast.Constant) and type(value.value) is int else None


def _unwrap(annotation: ast.expr | None) -> tuple[ast.expr | None, bool, bool]:
    """The annotation inside `Async` and `Manual`, and whether each was there."""
    is_async = is_manual = False
    if isinstance(annotation, ast.Subscript) and _is_name(annotation.value, "Async"):
        annotation, is_async = annotation.slice, True
    while isinstance(annotation, ast.Subscript) and _is_name(annotation.value, "Manual", "Async"):
        is_manual = is_manual or _is_name(annotation.value, "Manual")
        annotation = annotation.slice
    return annotation, is_async, is_manual


def has_yield(node: ast.FunctionDef) -> bool:
    """Whether a function is a generator; yields of functions inside it do not count."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(item)
    return False


def _is_name(node: ast.expr | None, *names: str) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_map(node: ast.expr) -> bool:
    return _is_name(node.value if isinstance(node, ast.Subscript) else node, "StableBTreeMap")


def _is_ellipsis(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def _has_parameters(node: ast.FunctionDef) -> bool:
    arguments = node.args
    return bool(arguments.posonlyargs or arguments.args or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)
