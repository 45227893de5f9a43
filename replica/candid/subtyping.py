"""When one type may stand in for another, decided on types alone.

The decoder decides on values where it has them; for references to functions and services there are only types. A
question that comes up again while it is being answered is answered yes: nothing then speaks against it but the rest of
the types, and any no makes the whole answer no. Candid specification, "Subtyping".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from replica.candid.limits import HEIGHT_MAX
from replica.candid.types import (
    CandidError,
    Func,
    Opt,
    Prim,
    Record,
    Resolved,
    Service,
    Type,
    Variant,
    Vec,
    has_default,
    resolve,
    tuple_of,
)

_QUESTIONS_MAX: Final = 10_000


def is_subtype(given: Type, expected: Type) -> bool:
    """Whether every value of `given` can be read where `expected` is expected."""
    return _Comparison(_fits).compare(given, expected)


def is_same_type(one: Type, other: Type) -> bool:
    """Whether two types are the same once their names are replaced by what they stand for.

    The order of fields and methods does not count, as it does not on the wire.
    """
    return _Comparison(_is_same).compare(one, other)


@dataclass(slots=True)
class _Comparison:
    rule: Callable[[_Comparison, Resolved, Resolved], bool]
    answers: dict[tuple[int, int], bool] = field(default_factory=dict)
    kept: list[Resolved] = field(default_factory=list)
    """Keeps the types alive whose identities are in `answers`."""
    depth: int = 0

    def compare(self, one: Type, other: Type) -> bool:
        first, second = resolve(one), resolve(other)
        question = (id(first), id(second))
        if question not in self.answers:
            if self.depth >= HEIGHT_MAX or len(self.answers) >= _QUESTIONS_MAX:
                raise CandidError("types are nested too deeply to compare")
            self.kept += (first, second)
            self.answers[question] = True
            self.depth += 1
            self.answers[question] = self.rule(self, first, second)
            self.depth -= 1
        return self.answers[question]

    def compare_all(self, ones: tuple[Type, ...], others: tuple[Type, ...]) -> bool:
        return len(ones) == len(others) and all(map(self.compare, ones, others))


def _fits(comparison: _Comparison, given: Resolved, expected: Resolved) -> bool:
    if expected == Prim("reserved") or given == Prim("empty") or isinstance(expected, Opt):
        return True
    if isinstance(given, Prim) and isinstance(expected, Prim):
        return given == expected or (given.name, expected.name) == ("nat", "int")
    if isinstance(given, Vec) and isinstance(expected, Vec):
        return comparison.compare(given.inner, expected.inner)
    if isinstance(given, Record) and isinstance(expected, Record):
        return _record_fits(comparison, given, expected)
    if isinstance(given, Variant) and isinstance(expected, Variant):
        tags = {item.id: item.type for item in expected.fields}
        return all(item.id in tags and comparison.compare(item.type, tags[item.id]) for item in given.fields)
    if isinstance(given, Func) and isinstance(expected, Func):
        return _func_fits(comparison, given, expected)
    if isinstance(given, Service) and isinstance(expected, Service):
        methods = {method.name: method.type for method in given.methods}
        return all(
            method.name in methods and comparison.compare(methods[method.name], method.type)
            for method in expected.methods
        )
    return isinstance(given, Service) and expected == Prim("principal")


def _record_fits(comparison: _Comparison, given: Record, expected: Record) -> bool:
    fields = {item.id: item.type for item in given.fields}
    return all(
        comparison.compare(fields[item.id], item.type) if item.id in fields else has_default(item.type)
        for item in expected.fields
    )


def _func_fits(comparison: _Comparison, given: Func, expected: Func) -> bool:
    """What is passed in flows the other way: the caller's arguments must fit what the function takes."""
    return (
        set(given.modes) == set(expected.modes)
        and comparison.compare(tuple_of(*expected.args), tuple_of(*given.args))
        and comparison.compare(tuple_of(*given.results), tuple_of(*expected.results))
    )


def _is_same(comparison: _Comparison, one: Resolved, other: Resolved) -> bool:
    if isinstance(one, Opt | Vec) and isinstance(other, Opt | Vec):
        return type(one) is type(other) and comparison.compare(one.inner, other.inner)
    if isinstance(one, Record | Variant) and isinstance(other, Record | Variant):
        mine = sorted(one.fields, key=lambda item: item.id)
        theirs = sorted(other.fields, key=lambda item: item.id)
        return (
            type(one) is type(other)
            and [item.id for item in mine] == [item.id for item in theirs]
            and comparison.compare_all(tuple(item.type for item in mine), tuple(item.type for item in theirs))
        )
    if isinstance(one, Func) and isinstance(other, Func):
        return (
            set(one.modes) == set(other.modes)
            and comparison.compare_all(one.args, other.args)
            and comparison.compare_all(one.results, other.results)
        )
    if isinstance(one, Service) and isinstance(other, Service):
        methods = {method.name: method.type for method in other.methods}
        return methods.keys() == {method.name for method in one.methods} and all(
            comparison.compare(method.type, methods[method.name]) for method in one.methods
        )
    return one == other
