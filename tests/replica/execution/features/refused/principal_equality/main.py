"""Principals have no equality: two that are equal are not the same object."""

from kybra import Principal, ic, query


@query
def is_me(value: Principal) -> bool:
    return value == ic.caller()  # refused: 34


@query
def is_one_of_us(value: Principal) -> bool:
    return ic.caller() in (value, ic.id())  # refused: 34
