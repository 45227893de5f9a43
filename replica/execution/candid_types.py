"""From annotations to Candid types, in Kybra's vocabulary: names matched textually, one flat namespace of types.

Records, variants, tuples, funcs and services that have a name stay `Named`, so that they may refer to each other and
to themselves; aliases are transparent. An annotation that Kybra would not accept is a fault.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from replica.candid.types import (
    BLOB,
    CandidError,
    Func,
    Method,
    Named,
    Opt,
    Prim,
    Record,
    Service,
    Type,
    Variant,
    Vec,
    named_fields,
    tuple_of,
)
from replica.execution.conversion import wire_name
from replica.execution.declarations import (
    Declarations,
    MapDeclaration,
    Member,
    Parameter,
    Place,
    ServiceMethod,
    TypeDeclaration,
)
from replica.execution.declarations import Method as MethodDeclaration
from replica.execution.source import Fault

_SAME_NAME: Final = (
    *("bool", "int", "nat", "text", "null", "reserved", "empty", "float32", "float64"),
    *("int8", "int16", "int32", "int64", "nat8", "nat16", "nat32", "nat64"),
)
PRIMITIVES: Final[dict[str, Type]] = {
    **{name: Prim(name) for name in _SAME_NAME},
    "str": Prim("text"),
    "Principal": Prim("principal"),
    "blob": BLOB,
}
_MODES: Final[dict[str, tuple[str, ...]]] = {"Query": ("query",), "Update": (), "Oneway": ("oneway",)}
_NEVER_INSIDE: Final = frozenset({"reserved", "empty"})
_UNKNOWN: Final = Prim("reserved")
"""Stands in for what is a fault, so that one fault does not become ten."""


class TypeTable:
    """The types of one canister. Every declared type is resolved, and with it every fault found, on construction."""

    def __init__(self, declarations: Declarations) -> None:
        self.faults: list[Fault] = []
        self.definitions: dict[str, Type] = {}
        self.service_methods: dict[tuple[str, str], Func] = {}
        """By names of service and method."""
        self._declared: Mapping[str, TypeDeclaration] = declarations.types
        self._aliases_open: set[str] = set()
        for declaration in declarations.types.values():
            if declaration.kind != "alias":
                self.definitions[declaration.name] = self._definition(declaration)
        self.methods = {item.name: self._signature(item) for item in declarations.methods.values()}
        self.hook_arguments = {
            hook.kind: self._arguments(hook.parameters, hook.place) for hook in declarations.hooks.values()
        }
        self.maps = {item.memory_id: self._map_types(item) for item in declarations.maps.values()}
        """Key and value of each stable map, by memory id."""

    # -- what is declared ----------------------------------------------------------------------------------------------

    def _signature(self, method: MethodDeclaration) -> Func:
        modes = ("composite_query",) if method.is_composite else ("query",) if method.mode == "query" else ()
        arguments = self._arguments(method.parameters, method.place)
        return Func(arguments, self._results(method.returns, method.place), modes)

    def _map_types(self, declaration: MapDeclaration) -> tuple[Type, Type]:
        key = self._type_of(declaration.key, declaration.place, is_map=True)
        return key, self._type_of(declaration.value, declaration.place, is_map=True)

    def _arguments(self, parameters: Sequence[Parameter], place: Place) -> tuple[Type, ...]:
        return tuple(self._type_of(item.annotation, place) for item in parameters)

    def _results(self, returns: ast.expr, place: Place) -> tuple[Type, ...]:
        """No type for `void`, otherwise one."""
        is_void = isinstance(returns, ast.Name | ast.Constant) and _bare_name(returns) == "void"
        return () if is_void else (self._type_of(returns, place),)

    def _type_of(self, annotation: ast.expr, place: Place, *, is_inside: bool = False, is_map: bool = False) -> Type:
        """The type an annotation means. `is_inside` another type, some are impossible; in a map, others too."""
        name = _bare_name(annotation)
        if name is not None:
            return self._named(name, place, is_inside=is_inside or is_map)
        if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
            return self._generic(annotation.value.id, annotation.slice, place, is_map=is_map)
        if isinstance(annotation, ast.Call) and _bare_name(annotation.func) == "Func":
            if is_map:
                self._fault(place, "27", "give the func a name of its own before using it in a map")
            return self._func(annotation, place)
        return self._fault(place, "25", f"{ast.unparse(annotation)!r} is not a type that Kybra knows")

    # -- annotations ---------------------------------------------------------------------------------------------------

    def _named(self, name: str, place: Place, *, is_inside: bool) -> Type:
        if name in _NEVER_INSIDE and is_inside:
            return self._fault(place, "26", f"{name} may only be a parameter or a result")
        if name in PRIMITIVES:
            return PRIMITIVES[name]
        if name == "void":
            return self._fault(place, "26", "void may only be a result")
        declaration = self._declared.get(name)
        if declaration is None:
            return self._fault(place, "25", f"{name!r} is not a type that Kybra knows")
        if declaration.kind == "alias":
            return self._alias(declaration, place, is_inside=is_inside)
        return Named(name, self.definitions)

    def _alias(self, declaration: TypeDeclaration, place: Place, *, is_inside: bool) -> Type:
        if declaration.target is None or declaration.name in self._aliases_open:
            return self._fault(place, "25", f"the alias {declaration.name} stands for itself")
        self._aliases_open.add(declaration.name)
        found = self._type_of(declaration.target, declaration.place, is_inside=is_inside)
        self._aliases_open.discard(declaration.name)
        return found

    def _generic(self, name: str, inner: ast.expr, place: Place, *, is_map: bool) -> Type:
        if name == "Opt":
            return Opt(self._type_of(inner, place, is_inside=True, is_map=is_map))
        if name == "Vec":
            return Vec(self._type_of(inner, place, is_inside=True, is_map=is_map))
        if name == "Tuple":
            if is_map:
                self._fault(place, "27", "give the tuple a name of its own before using it in a map")
            parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
            return tuple_of(*(self._type_of(part, place, is_inside=True) for part in parts))
        return self._fault(place, "25", f"{name}[...] is not a type that Kybra knows")

    def _func(self, call: ast.Call, place: Place) -> Type:
        signature = call.args[0] if len(call.args) == 1 else None
        mode = _bare_name(signature.value) if isinstance(signature, ast.Subscript) else None
        pair = signature.slice if isinstance(signature, ast.Subscript) else None
        if mode not in _MODES or not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
            return self._fault(place, "25", "write Func(Query[[A, B], R]), with Query, Update or Oneway")
        parameters, returns = pair.elts
        if not isinstance(parameters, ast.List):
            return self._fault(place, "25", "list the parameters of the func in brackets")
        arguments = tuple(self._type_of(item, place) for item in parameters.elts)
        return Func(arguments, self._results(returns, place), _MODES[mode])

    # -- declarations --------------------------------------------------------------------------------------------------

    def _definition(self, declaration: TypeDeclaration) -> Type:
        if declaration.kind == "record":
            return self._record(declaration)
        if declaration.kind == "variant":
            return self._variant(declaration)
        if declaration.kind == "service":
            return Service(
                tuple(Method(item.name, self._service_method(declaration, item)) for item in declaration.methods)
            )
        return _UNKNOWN if declaration.target is None else self._type_of(declaration.target, declaration.place)

    def _record(self, declaration: TypeDeclaration) -> Type:
        try:
            return Record(named_fields(self._fields(declaration.members)))
        except CandidError as error:
            return self._fault(declaration.place, "23", str(error))

    def _variant(self, declaration: TypeDeclaration) -> Type:
        try:
            return Variant(named_fields(self._fields(declaration.members)))
        except CandidError as error:
            return self._fault(declaration.place, "23", str(error))

    def _fields(self, members: Sequence[Member]) -> list[tuple[str, Type]]:
        return [(wire_name(item.name), self._type_of(item.annotation, item.place, is_inside=True)) for item in members]

    def _service_method(self, service: TypeDeclaration, method: ServiceMethod) -> Func:
        arguments = self._arguments(method.parameters, method.place)
        modes = ("query",) if method.mode == "query" else ()
        signature = Func(arguments, self._results(method.returns, method.place), modes)
        self.service_methods[service.name, method.name] = signature
        return signature

    def _fault(self, place: Place, rule: str, text: str) -> Type:
        self.faults.append(place.fault(rule, text))
        return _UNKNOWN


def _bare_name(node: ast.expr) -> str | None:
    """A name, written as such or as a string that holds just one; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return node.value
    return None
