"""Text by text."""

from kybra import Opt, StableBTreeMap, Tuple, Vec, nat64, query, text, update, void

STORE = StableBTreeMap[text, text](memory_id=0, max_key_size=60, max_value_size=1_000)


@update
def set(key: text, value: text) -> Opt[text]:  # noqa: A001
    return STORE.insert(key, value)


@query
def get(key: text) -> Opt[text]:
    return STORE.get(key)


@update
def delete(key: text) -> Opt[text]:
    return STORE.remove(key)


@query
def has(key: text) -> bool:
    return STORE.contains_key(key)


@query
def size() -> nat64:
    return STORE.len()


@query
def is_empty() -> bool:
    return STORE.is_empty()


@query
def items() -> Vec[Tuple[text, text]]:
    return STORE.items()


@update
def clear() -> void:
    for key in STORE.keys():  # noqa: SIM118 - a stable map cannot be iterated itself
        STORE.remove(key)
