"""Python's own generators, inside one message."""

from kybra import Async, Vec, nat64, query, text, update, void
from kybra.canisters.management import management_canister


def fibonacci(limit: int) -> object:
    first, second = 0, 1
    while first < limit:
        yield first
        first, second = second, first + second


@query
def numbers(limit: nat64) -> Vec[nat64]:
    return list(fibonacci(limit))


@query
def squares(limit: nat64) -> Vec[nat64]:
    return [number * number for number in (each for each in range(limit))]


@update
def three_levels() -> Async[Vec[nat64]]:
    first = yield outer()
    second = yield from outer()
    return [first, second]


def outer() -> Async[nat64]:
    size = yield inner()
    return size + 1


def inner() -> Async[nat64]:
    result = yield management_canister.raw_rand()
    return len(result.Ok)


@update
def nothing_awaited() -> Async[text]:
    if False:
        yield nothing()
    return "at once"


def nothing() -> Async[void]:
    yield management_canister.raw_rand()
