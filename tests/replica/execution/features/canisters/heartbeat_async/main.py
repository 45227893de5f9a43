"""A heartbeat that awaits."""

from kybra import Async, StableBTreeMap, Vec, blob, heartbeat, nat64, query, void
from kybra.canisters.management import management_canister

CHANCE = StableBTreeMap[nat64, blob](memory_id=0, max_key_size=15, max_value_size=60)


@heartbeat
def beat() -> Async[void]:
    result = yield management_canister.raw_rand()
    CHANCE.insert(CHANCE.len(), result.Ok)


@query
def chance() -> Vec[blob]:
    return CHANCE.values()
