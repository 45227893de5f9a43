"""Every kind of value, there and back."""

from kybra import (
    Alias,
    Func,
    Opt,
    Principal,
    Query,
    Record,
    Tuple,
    Variant,
    Vec,
    blob,
    empty,
    float64,
    int8,
    nat,
    nat8,
    nat64,
    null,
    query,
    reserved,
    text,
    update,
    void,
)

Minutes = Alias[nat64]
Pair = Tuple[nat, text]
Callback = Func(Query[[text], nat])


class Person(Record):
    name: text
    age: nat8
    email: Opt[text]
    friends: Vec["Person"]
    from_: text


class Shape(Variant, total=False):
    Circle: float64
    Square: "Square"
    Nothing: null


class Square(Record):
    side: Minutes


@query
def person(who: Person) -> Person:
    return who


@query
def shape(form: Shape) -> Shape:
    return form


@query
def numbers(whole: int, natural: nat, small: int8, real: float64) -> Tuple[int, nat, int8, float64]:
    return (whole, natural, small, real)


@query
def bytes_and_lists(data: blob, words: Vec[text], maybe: Opt[bool]) -> Tuple[blob, Vec[text], Opt[bool]]:
    return (data, words, maybe)


@query
def pair(both: Pair) -> Pair:
    return both


@query
def python_types(who: Person, owner: Principal, both: Pair, data: blob) -> text:
    return " ".join(type(value).__name__ for value in (who, owner, both, data, who["friends"]))


@query
def callback(target: Callback) -> Callback:
    return target


@query
def anything(value: reserved) -> null:
    return value


@query
def minutes(value: Minutes) -> Minutes:
    return value


@query
def never() -> empty:
    return 1


@update
def nothing() -> void:
    pass


@update
def not_nothing() -> void:
    return 1


@query
def int_for_float() -> float64:
    return 1


@query
def missing_key() -> Square:
    return {}


@query
def tuple_for_list() -> Vec[nat]:
    return (1, 2)


@query
def too_big() -> nat8:
    return 256
