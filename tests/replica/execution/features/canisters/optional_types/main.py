"""Opt: None or a value; nested ones collapse, and a key must be there even if it is None."""

from kybra import Opt, Record, Vec, nat64, null, query, text


class Elements(Record):
    text: Opt[text]
    tags: Opt[Vec[text]]


@query
def echo(value: Opt[nat64]) -> Opt[nat64]:
    return value


@query
def nothing() -> Opt[text]:
    return None


@query
def zero() -> Opt[nat64]:
    return 0


@query
def nested(value: Opt[Opt[nat64]]) -> Opt[Opt[nat64]]:
    return value


@query
def of_null(value: Opt[null]) -> Opt[null]:
    return value


@query
def elements(value: Elements) -> Elements:
    return value


@query
def forgotten_key() -> Elements:
    return {"text": "here"}
