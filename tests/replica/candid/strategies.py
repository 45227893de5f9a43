"""Candid types, values of them, and types under which those values can be read, for hypothesis to choose from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from replica.candid.types import (
    Field,
    Func,
    Method,
    Opt,
    Prim,
    Record,
    Service,
    Type,
    Variant,
    Vec,
    named_fields,
    resolve,
    tuple_of,
)
from replica.principal import Principal

INTEGERS = {
    **{f"nat{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
}
WITH_VALUES = ("null", "bool", "nat", "int", *INTEGERS, "float32", "float64", "text", "reserved", "principal")
NAMES = ("a", "b", "Ok", "Err", "type", "from", "two words", "☃", "id", "content")

principals = st.binary(max_size=29).map(Principal)
primitives = st.sampled_from(WITH_VALUES).map(Prim)
texts = st.text(st.characters(exclude_categories=["Cs"]))


def _fields(types: st.SearchStrategy[Type], min_size: int) -> st.SearchStrategy[tuple[Field, ...]]:
    return st.dictionaries(st.sampled_from(NAMES), types, min_size=min_size, max_size=5).map(
        lambda fields: named_fields(fields.items())
    )


def _composite(types: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    lists = st.lists(types, max_size=3).map(tuple)
    functions = st.builds(Func, lists, lists, st.sampled_from([(), ("query",), ("composite_query",)]))
    methods = st.dictionaries(st.sampled_from(NAMES), functions, max_size=3)
    return st.one_of(
        types.map(Opt),
        types.map(Vec),
        _fields(types, 0).map(Record),
        lists.map(lambda items: tuple_of(*items)),
        _fields(types, 1).map(Variant),
        functions,
        methods.map(lambda items: Service(tuple(Method(name, function) for name, function in items.items()))),
    )


types = st.recursive(primitives, _composite, max_leaves=12)


def values_of(candid_type: Type) -> st.SearchStrategy[Any]:
    match resolve(candid_type):
        case Prim(name):
            return _primitive_values(name)
        case Opt(inner):
            return st.none() | values_of(inner)
        case Vec(Prim("nat8")):
            return st.binary(max_size=200)
        case Vec(inner):
            return st.lists(values_of(inner), max_size=4)
        case Record(fields) as record if record.is_tuple:
            return st.tuples(*(values_of(item.type) for item in fields))
        case Record(fields):
            return st.fixed_dictionaries({item.key: values_of(item.type) for item in fields})
        case Variant(fields):
            return st.one_of([st.fixed_dictionaries({item.key: values_of(item.type)}) for item in fields])
        case Func():
            return st.tuples(principals, texts)
        case _:
            return principals


def _primitive_values(name: str) -> st.SearchStrategy[Any]:
    if name in INTEGERS:
        low, high = INTEGERS[name]
        return st.integers(low, high)
    return {
        "null": st.none(),
        "reserved": st.none(),
        "bool": st.booleans(),
        "nat": st.integers(min_value=0),
        "int": st.integers(),
        "float32": st.floats(width=32, allow_nan=False),
        "float64": st.floats(allow_nan=False),
        "text": texts,
        "principal": principals,
    }[name]


@st.composite
def types_with_values(draw: st.DrawFn) -> tuple[Type, Any]:
    candid_type = draw(types)
    return candid_type, draw(values_of(candid_type))


@st.composite
def supertypes_of(draw: st.DrawFn, candid_type: Type) -> Type:
    """A type that a later or earlier version of the reader might expect."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from([Prim("reserved"), Opt(Prim("text")), Opt(candid_type)]))
    match candid_type:
        case Prim("nat"):
            return Prim(draw(st.sampled_from(["nat", "int"])))
        case Opt(inner):
            return Opt(draw(supertypes_of(inner)))
        case Vec(inner):
            return Vec(draw(supertypes_of(inner)))
        case Record(fields):
            return Record(draw(_changed_fields(fields, may_drop=True)))
        case Variant(fields):
            return Variant(draw(_changed_fields(fields, may_drop=False)))
        case Service(methods):
            return Service(tuple(method for method in methods if draw(st.booleans())))
        case _:
            return candid_type


@st.composite
def _changed_fields(draw: st.DrawFn, fields: tuple[Field, ...], *, may_drop: bool) -> tuple[Field, ...]:
    kept = [item for item in fields if not may_drop or draw(st.integers(0, 4))]
    changed = [Field(item.id, item.name, draw(supertypes_of(item.type))) for item in kept]
    added = named_fields([("new in this version", Opt(Prim("nat")))]) if draw(st.booleans()) else ()
    return tuple(draw(st.permutations([*changed, *added])))
