"""What timers do, outside the entry."""

from kybra import StableBTreeMap, ic, nat64, text, void

ticks = StableBTreeMap[nat64, text](memory_id=1, max_key_size=15, max_value_size=1_000)


def tick() -> void:
    ticks.insert(ticks.len(), ic.caller().to_str())
