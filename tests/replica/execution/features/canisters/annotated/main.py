"""Annotations as text, assignments with annotations, and what Kybra ignores."""

from typing import Any, TypeAlias

from kybra import Alias, Func, Query, Record, StableBTreeMap, Vec, nat64, query, text, update

Name: TypeAlias = Alias[text]
Finder: TypeAlias = Func(Query[["text"], "Person"])
LIMIT: int = 3


class Person(Record):
    name: "Name"
    friends: Vec["text"]


PEOPLE: StableBTreeMap[nat64, Person] = StableBTreeMap[nat64, Person](memory_id=0, max_key_size=15, max_value_size=500)


def helper(value: Any) -> dict[str, Any]:
    """Functions that are no methods may be annotated as Python likes."""
    return dict(value)


@update
def add(person: "Person") -> "nat64":
    PEOPLE.insert(PEOPLE.len(), helper(person))
    return PEOPLE.len() + LIMIT


@query
def first() -> "Person":
    return PEOPLE.get(0)


@query
def finder(value: Finder) -> Finder:
    return value
