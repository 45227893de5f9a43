"""References to functions of canisters: a principal and a name, in arguments, records, variants and maps."""

from kybra import (
    Func,
    Oneway,
    Principal,
    Query,
    Record,
    StableBTreeMap,
    Update,
    Variant,
    Vec,
    nat64,
    null,
    query,
    text,
    update,
    void,
)

BasicFunc = Func(Query[[text], text])
ComplexFunc = Func(Update[["User", "Reaction"], nat64])
Listener = Func(Oneway[[text], void])


class User(Record):
    id: text
    basic_func: BasicFunc


class Reaction(Variant, total=False):
    Good: null
    BasicFunc: BasicFunc


FUNCS = StableBTreeMap[text, BasicFunc](memory_id=0, max_key_size=25, max_value_size=1_000)


@query
def basic(value: BasicFunc) -> BasicFunc:
    return value


@query
def many(values: Vec[BasicFunc]) -> Vec[BasicFunc]:
    return values


@query
def complex_func() -> ComplexFunc:
    return (Principal.from_str("aaaaa-aa"), "stop_canister")


@query
def listener(value: Listener) -> Listener:
    return value


@query
def inline(value: Func(Query[[nat64], nat64])) -> Func(Query[[nat64], nat64]):
    return value


@query
def user(value: User) -> User:
    return value


@query
def reaction(value: Reaction) -> Reaction:
    return value


@query
def parts(value: BasicFunc) -> Vec[text]:
    return [value[0].to_str(), value[1], type(value).__name__]


@update
def keep(value: BasicFunc) -> BasicFunc:
    FUNCS.insert("kept", value)
    return FUNCS.get("kept")


@query
def half_a_func() -> BasicFunc:
    return (Principal.from_str("aaaaa-aa"),)
