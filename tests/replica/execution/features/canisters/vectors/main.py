"""Vectors: primitive ones take any iterable, all others lists only."""

from kybra import Principal, Record, Vec, float64, nat, nat64, query, text


class Point(Record):
    x: nat64
    y: nat64


@query
def numbers(value: Vec[nat64]) -> Vec[nat64]:
    return value


@query
def numbers_from_map() -> Vec[nat64]:
    return map(int, "0149")


@query
def numbers_from_tuple() -> Vec[nat64]:
    return (1, 2)


@query
def letters() -> Vec[text]:
    return "abc"


@query
def naturals_from_tuple() -> Vec[nat]:
    return (1, 2)


@query
def points(value: Vec[Point]) -> Vec[Point]:
    return value


@query
def points_from_tuple() -> Vec[Point]:
    return ({"x": 1, "y": 2},)


@query
def bad_element() -> Vec[float64]:
    return [1.0, 2]


@query
def callers(value: Vec[Principal]) -> nat64:
    return len(value)
