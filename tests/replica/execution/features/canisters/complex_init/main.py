"""Installation with a nested tuple of a record and a recursive variant, and another canister's id."""

from kybra import (
    Opt,
    Principal,
    Record,
    Service,
    StableBTreeMap,
    Tuple,
    Variant,
    Vec,
    init,
    null,
    query,
    service_query,
    text,
    void,
)


class Greeter(Service):
    @service_query
    def hello(self) -> text: ...


class Plan(Variant, total=False):
    Free: null
    Team: Vec["Plan"]


class Settings(Record):
    name: text
    plan: Plan


Both = Tuple[text, Settings]

KEPT = StableBTreeMap[text, Both](memory_id=0, max_key_size=20, max_value_size=500)
PEERS = StableBTreeMap[text, Principal](memory_id=1, max_key_size=20, max_value_size=60)


@init
def initialize(both: Both, greeter: Opt[Greeter]) -> void:
    KEPT.insert("both", both)
    if greeter is not None:
        PEERS.insert("greeter", greeter.canister_id)


@query
def kept() -> Opt[Both]:
    return KEPT.get("both")


@query
def peer() -> Opt[Principal]:
    return PEERS.get("greeter")
