"""A phone book with records as values."""

from kybra import Opt, Record, StableBTreeMap, query, text, update, void


class Entry(Record):
    desc: text
    phone: text


PHONE_BOOK = StableBTreeMap[text, Entry](memory_id=0, max_key_size=100, max_value_size=1_000)


@update
def insert(name: text, entry: Entry) -> void:
    PHONE_BOOK.insert(name, entry)


@query
def lookup(name: text) -> Opt[Entry]:
    return PHONE_BOOK.get(name)
