"""null: a value of its own, unlike void; also inside records, variants and vectors."""

from kybra import Record, Variant, Vec, int8, null, query, text


class TwoNulls(Record):
    first: null
    second: int8
    third: null


class Choice(Variant, total=False):
    Nothing: null
    Something: text


@query
def echo(value: null) -> null:
    return value


@query
def many(value: Vec[null]) -> Vec[null]:
    return value


@query
def record(value: TwoNulls) -> TwoNulls:
    return value


@query
def choice(value: Choice) -> Choice:
    return value


@query
def payload_that_is_no_null() -> Choice:
    return {"Nothing": "text"}


@query
def result_that_is_no_null() -> null:
    return 5
