"""A map whose sizes the tests change between versions."""

from kybra import Opt, StableBTreeMap, nat64, query, text, update, void

KEPT = StableBTreeMap[text, text](memory_id=7, max_key_size=40, max_value_size=200)


@update
def keep(key: text, value: text) -> void:
    KEPT.insert(key, value)


@query
def count() -> nat64:
    return KEPT.len()


@query
def kept(key: text) -> Opt[text]:
    return KEPT.get(key)
