"""Parameters that Kybra drops or does not take."""

from kybra import nat64, query


@query
def with_default(value: nat64 = 5) -> nat64:  # refused: 16
    return value


@query
def keyword_only(*, value: nat64) -> nat64:  # refused: 16
    return value


@query
def many(*values: nat64) -> nat64:  # refused: 16
    return sum(values)


@query
def without_annotation(value) -> nat64:  # refused: 16
    return value


@query
def six(a: nat64, b: nat64, c: nat64, d: nat64, e: nat64, f: nat64) -> nat64:  # refused: 16
    return a + b + c + d + e + f


@query
def without_result(value: nat64):  # refused: 17
    return value
