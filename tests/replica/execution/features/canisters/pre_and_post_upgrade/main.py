"""The hooks of installation and upgrade, and what outlives them."""

from kybra import Record, StableBTreeMap, Vec, ic, init, nat64, post_upgrade, pre_upgrade, query, text, update, void


class Entry(Record):
    key: text
    value: nat64


ENTRIES = StableBTreeMap[text, nat64](memory_id=0, max_key_size=40, max_value_size=20)
HOOKS = StableBTreeMap[nat64, text](memory_id=1, max_key_size=15, max_value_size=100)


def note(hook: text) -> None:
    HOOKS.insert(HOOKS.len(), f"{hook} {ic.caller().len}")


@init
def on_install() -> void:
    note("init")


@pre_upgrade
def before() -> void:
    note("pre_upgrade")
    if ENTRIES.contains_key("refuse"):
        ic.trap("I stay as I am")


@post_upgrade
def after() -> void:
    note("post_upgrade")
    if ENTRIES.contains_key("refuse later"):
        raise ValueError("I go back")


@update
def set_entry(entry: Entry) -> void:
    ENTRIES.insert(entry["key"], entry["value"])


@query
def entries() -> Vec[Entry]:
    return [{"key": key, "value": value} for key, value in ENTRIES.items()]


@query
def hooks() -> Vec[text]:
    return HOOKS.values()
