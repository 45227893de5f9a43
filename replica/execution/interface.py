"""The Candid interface of a canister: derived from its source, and compared with the one that was reviewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from replica.candid.did import Interface
from replica.candid.subtyping import is_same_type
from replica.candid.types import Field, Func, Method, Named, Opt, Record, Service, Type, Variant, Vec, resolve
from replica.execution.candid_types import TypeTable


def interface_of(table: TypeTable) -> Interface:
    """What the source declares, with the names of the types it is declared with, and no others."""
    methods = tuple(Method(name, table.methods[name]) for name in sorted(table.methods))
    init_args = table.hook_arguments.get("init", ())
    names = sorted(_names_in([*init_args, *(method.type for method in methods)]))
    return Interface(Service(methods), init_args, {name: table.definitions[name] for name in names})


def _names_in(types: Sequence[Type]) -> set[str]:
    """The names of every type reached from these."""
    names: set[str] = set()
    waiting = list(types)
    while waiting:
        item = waiting.pop()
        if isinstance(item, Named):
            if item.name in names:
                continue
            names.add(item.name)
        waiting += _parts(resolve(item))
    return names


def _parts(candid_type: Type) -> list[Type]:
    if isinstance(candid_type, Opt | Vec):
        return [candid_type.inner]
    if isinstance(candid_type, Record | Variant):
        return [field.type for field in candid_type.fields]
    if isinstance(candid_type, Func):
        return [*candid_type.args, *candid_type.results]
    if isinstance(candid_type, Service):
        return [method.type for method in candid_type.methods]
    return []


def differences(source: Interface, reviewed: Interface) -> Iterator[tuple[str, str]]:
    """What a reviewed interface says otherwise, as method name and words; installation goes by the name `init`.

    Kybra prints composite queries as plain ones, so the two count as the same.
    """
    ours = {method.name: resolve(method.type) for method in source.service.methods}
    theirs = {method.name: resolve(method.type) for method in reviewed.service.methods}
    for name in sorted(ours.keys() - theirs.keys()):
        yield name, "is missing from the interface"
    for name in sorted(theirs.keys() - ours.keys()):
        yield name, "is in the interface and not in the source"
    for name in sorted(ours.keys() & theirs.keys()):
        yield from ((name, text) for text in _signature_differences(ours[name], theirs[name]))
    if not _are_same(source.init_args, reviewed.init_args):
        yield "init", "has other argument types in the interface"


def _signature_differences(ours: Type, theirs: Type) -> Iterator[str]:
    if not isinstance(ours, Func) or not isinstance(theirs, Func):
        yield "is not a function in the interface"
        return
    if _is_query(ours) != _is_query(theirs):
        yield f"is {'a query' if _is_query(ours) else 'an update'} in the source and not in the interface"
    if not _are_same(ours.args, theirs.args):
        yield f"has other argument types in the interface{_first_difference(ours.args, theirs.args)}"
    if not _are_same(ours.results, theirs.results):
        yield f"has another result type in the interface{_first_difference(ours.results, theirs.results)}"


def _is_query(signature: Func) -> bool:
    return bool({"query", "composite_query"} & set(signature.modes))


def _are_same(ours: Sequence[Type], theirs: Sequence[Type]) -> bool:
    return len(ours) == len(theirs) and all(map(is_same_type, ours, theirs))


def _first_difference(ours: Sequence[Type], theirs: Sequence[Type]) -> str:
    """Where the first pair of types parts, as a path of field names, to spare the reader the search."""
    for one, other in zip(ours, theirs, strict=False):
        if not is_same_type(one, other):
            path = _path_to_difference(one, other, frozenset())
            return f" (at {'.'.join(path)})" if path else ""
    return ""


def _path_to_difference(one: Type, other: Type, seen: frozenset[tuple[int, int]]) -> list[str]:
    ours, theirs = resolve(one), resolve(other)
    if (id(ours), id(theirs)) in seen:
        return []
    seen |= {(id(ours), id(theirs))}
    if isinstance(ours, Opt | Vec) and type(ours) is type(theirs) and isinstance(theirs, Opt | Vec):
        return _path_to_difference(ours.inner, theirs.inner, seen)
    if isinstance(ours, Record | Variant) and isinstance(theirs, Record | Variant):
        return _path_in_fields(ours.fields, theirs.fields, seen)
    return []


def _path_in_fields(ours: Sequence[Field], theirs: Sequence[Field], seen: frozenset[tuple[int, int]]) -> list[str]:
    by_id = {field.id: field for field in theirs}
    for field in ours:
        other = by_id.pop(field.id, None)
        if other is None:
            return [field.key]
        if not is_same_type(field.type, other.type):
            return [field.key, *_path_to_difference(field.type, other.type, seen)]
    return [field.key for field in list(by_id.values())[:1]]
