"""The heartbeat, as the management canister."""

from kybra import StableBTreeMap, heartbeat, ic, nat64, query, text, void

BEATS = StableBTreeMap[text, nat64](memory_id=0, max_key_size=80, max_value_size=20)


@heartbeat
def beat() -> void:
    caller = ic.caller().to_str()
    BEATS.insert(caller, (BEATS.get(caller) or 0) + 1)


@query
def count(caller: text) -> nat64:
    return BEATS.get(caller) or 0
