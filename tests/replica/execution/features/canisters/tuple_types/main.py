"""Tuples are records with numbered fields, tuples in Python, and nothing else will do."""

from kybra import Alias, Record, StableBTreeMap, Tuple, Vec, nat64, query, text, update

Pair = Tuple[text, nat64]
Header = Alias[Tuple[text, text]]


class Page(Record):
    headers: Vec[Header]


PAIRS = StableBTreeMap[nat64, Pair](memory_id=0, max_key_size=15, max_value_size=200)


@query
def echo(value: Pair) -> Pair:
    return value


@query
def inline(value: Tuple[text, Tuple[nat64, bool]]) -> Tuple[text, Tuple[nat64, bool]]:
    return value


@query
def one(value: Tuple[text]) -> Tuple[text]:
    return value


@query
def page(value: Page) -> Page:
    return value


@query
def more_than_asked_for() -> Pair:
    return ("a", 1, "left out")


@query
def list_for_tuple() -> Pair:
    return ["a", 1]


@query
def too_short() -> Pair:
    return ("a",)


@update
def keep(value: Pair) -> Pair:
    PAIRS.insert(0, value)
    return PAIRS.get(0)
