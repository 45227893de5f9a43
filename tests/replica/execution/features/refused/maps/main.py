"""Maps that Kybra cannot find, and what they do not have."""

from kybra import StableBTreeMap, Tuple, nat64, query, text, update

SIZE = 20

COMPUTED = StableBTreeMap[text, nat64](memory_id=0, max_key_size=SIZE, max_value_size=20)  # refused: 28
FIRST = StableBTreeMap[text, nat64](memory_id=1, max_key_size=20, max_value_size=20)
TWICE = StableBTreeMap[text, nat64](memory_id=1, max_key_size=20, max_value_size=20)  # refused: 28
EMPTY = StableBTreeMap[text, nat64](memory_id=2, max_key_size=0, max_value_size=20)  # refused: 28
OUTSIDE = StableBTreeMap[text, nat64](memory_id=255, max_key_size=20, max_value_size=20)  # refused: 28
INLINE = StableBTreeMap[text, Tuple[text, nat64]](memory_id=3, max_key_size=20, max_value_size=20)  # refused: 27


@update
def inside() -> nat64:
    local = StableBTreeMap[text, nat64](memory_id=4, max_key_size=20, max_value_size=20)  # refused: 28
    return local.len()


@query
def by_index(key: text) -> nat64:
    if key in FIRST:  # refused: 30
        return FIRST[key]  # refused: 30
    for each in FIRST:  # refused: 30
        return len(FIRST)  # refused: 30
    return 0
