"""What a canister declares: methods, hooks, guards, types, stable maps and services.

`discovery.py` fills these from syntax. Annotations stay syntax here, since types may refer to each other in any order;
`candid_types.py` resolves them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal

from replica.execution.source import Fault

MethodMode = Literal["query", "update"]
HookKind = Literal["init", "post_upgrade", "pre_upgrade", "heartbeat", "inspect_message"]
TypeKind = Literal["record", "variant", "tuple", "alias", "func", "service"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written."""

    path: str
    line: int

    def fault(self, rule: str, text: str) -> Fault:
        return Fault(self.path, self.line, rule, text)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    annotation: ast.expr


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    mode: MethodMode
    parameters: tuple[Parameter, ...]
    returns: ast.expr
    """The annotation without `Async` and `Manual`."""
    is_async: bool
    is_manual: bool
    guard: str | None
    place: Place

    @property
    def is_composite(self) -> bool:
        return self.mode == "query" and self.is_async


@dataclass(frozen=True, slots=True)
class Hook:
    name: str
    kind: HookKind
    parameters: tuple[Parameter, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Guard:
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    annotation: ast.expr
    place: Place


@dataclass(frozen=True, slots=True)
class ServiceMethod:
    name: str
    mode: MethodMode
    parameters: tuple[Parameter, ...]
    returns: ast.expr
    place: Place


@dataclass(frozen=True, slots=True)
class TypeDeclaration:
    """A named type. `members` belong to records and variants, `methods` to services, `target` to the rest."""

    name: str
    kind: TypeKind
    place: Place
    members: tuple[Member, ...] = ()
    methods: tuple[ServiceMethod, ...] = ()
    target: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class MapDeclaration:
    """A `StableBTreeMap`; sizes limit the encoded key and value."""

    name: str
    memory_id: int
    key: ast.expr
    value: ast.expr
    max_key_size: int
    max_value_size: int
    place: Place


@dataclass(slots=True)
class Declarations:
    """Everything declared in a set of files, and every reason why Kybra would not compile them."""

    methods: dict[str, Method] = field(default_factory=dict)
    hooks: dict[HookKind, Hook] = field(default_factory=dict)
    """By kind."""
    guards: dict[str, Guard] = field(default_factory=dict)
    types: dict[str, TypeDeclaration] = field(default_factory=dict)
    maps: dict[int, MapDeclaration] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
