"""A timer whose generator fails is dropped without a word, so it must say so itself."""

from kybra import Async, TimerId, ic, update, void
from kybra.canisters.management import management_canister


def ask() -> Async[void]:
    result = yield management_canister.raw_rand()
    ic.print(len(result.Ok))


@update
def arm() -> TimerId:
    return ic.set_timer(0, ask)  # refused: 43
