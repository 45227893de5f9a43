"""A number that lasts. In the official example it is a variable of the module; here state lives in maps."""

from kybra import StableBTreeMap, nat, query, text, update

NUMBERS = StableBTreeMap[text, nat](memory_id=0, max_key_size=20, max_value_size=100)


@query
def read_count() -> nat:
    return NUMBERS.get("count") or 0


@update
def increment_count() -> nat:
    count = read_count() + 1
    NUMBERS.insert("count", count)
    return count


@update
def set_count(value: nat) -> nat:
    NUMBERS.insert("count", value)
    return value
