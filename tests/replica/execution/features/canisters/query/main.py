"""A query, and that it keeps nothing."""

from kybra import StableBTreeMap, nat64, query, text

COUNTS = StableBTreeMap[text, nat64](memory_id=0, max_key_size=20, max_value_size=20)


@query
def simple() -> text:
    return "This is a query function"


@query
def count() -> nat64:
    counted = (COUNTS.get("count") or 0) + 1
    COUNTS.insert("count", counted)
    return counted
