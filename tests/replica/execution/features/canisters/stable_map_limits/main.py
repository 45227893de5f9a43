"""What a map refuses: keys and values that are too large, and maps that were never declared."""

from kybra import Opt, Record, StableBTreeMap, blob, nat64, query, text, update, void


class Both(Record):
    name: text
    count: nat64


SMALL = StableBTreeMap[text, blob](memory_id=0, max_key_size=12, max_value_size=20)
RECORDS = StableBTreeMap[nat64, Both](memory_id=1, max_key_size=15, max_value_size=40)


@update
def insert(key: text, value: blob) -> Opt[blob]:
    return SMALL.insert(key, value)


@update
def insert_and_catch(key: text) -> void:
    try:
        SMALL.insert(key, b"")
    except Exception:
        SMALL.insert("caught", b"")


@query
def get(key: text) -> Opt[blob]:
    return SMALL.get(key)


@query
def remove(key: text) -> Opt[blob]:
    return SMALL.remove(key)


@query
def contains(key: text) -> bool:
    return SMALL.contains_key(key)


@update
def insert_record(name: text) -> Opt[Both]:
    return RECORDS.insert(0, {"name": name, "count": 1})


def map_of(memory_id: int) -> object:
    class Stray(type(SMALL)):
        """A map made where Kybra does not look."""

    return Stray(memory_id, 10, 10)


@query
def undeclared() -> nat64:
    return map_of(7).len()
