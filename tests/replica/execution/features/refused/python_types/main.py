"""Types of Python that are not of Candid."""

from typing import Any, Generic, Optional, TypeVar, Union

from kybra import Opt, Record, Vec, nat64, query, reserved, text, void

T = TypeVar("T")


class Parcel(Record, Generic[T]):
    value: T  # refused: 25


@query
def optional(value: Optional[nat64]) -> nat64:  # refused: 25
    return value or 0


@query
def union(value: nat64 | None) -> nat64:  # refused: 25
    return value or 0


@query
def either(value: Union[nat64, text]) -> nat64:  # refused: 25
    return value


@query
def lower_case(value: list[nat64]) -> dict[text, nat64]:  # refused: 25
    return {str(each): each for each in value}


@query
def anything(value: Any) -> nat64:  # refused: 25
    return 1


@query
def text_of_more_than_a_name(value: "Vec[nat64]") -> nat64:  # refused: 25
    return len(value)


@query
def inside(value: Vec[reserved], other: Opt[void]) -> nat64:  # refused: 26
    return 1
