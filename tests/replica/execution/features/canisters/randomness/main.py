"""Chance that nobody can know in advance: raw_rand, in updates."""

from kybra import Async, Tuple, blob, nat64, update
from kybra.canisters.management import management_canister


@update
def random_bytes() -> Async[blob]:
    result = yield management_canister.raw_rand()
    return result.Ok


@update
def dice(sides: nat64) -> Async[nat64]:
    result = yield management_canister.raw_rand()
    return int.from_bytes(result.Ok, "big") % sides + 1


@update
def two() -> Async[Tuple[blob, blob]]:
    first = yield management_canister.raw_rand()
    second = yield management_canister.raw_rand()
    return (first.Ok, second.Ok)
