"""Hooks of installation, upgrade and inspection."""

from kybra import (
    Opt,
    Record,
    StableBTreeMap,
    heartbeat,
    ic,
    init,
    inspect_message,
    nat64,
    post_upgrade,
    pre_upgrade,
    query,
    text,
    update,
    void,
)

notes = StableBTreeMap[text, text](memory_id=7, max_key_size=100, max_value_size=1_000)


class InitArgs(Record):
    owner: text
    limit: Opt[nat64]


@init
def initialize(args: InitArgs) -> void:
    notes.insert("init", args["owner"] + " " + str(args["limit"]))
    ic.set_certified_data(b"root")


@pre_upgrade
def before() -> void:
    notes.insert("before", "upgrade")


@post_upgrade
def after(reason: Opt[text]) -> void:
    notes.insert("after", str(reason))


@heartbeat
def beat() -> void:
    notes.insert("beat", ic.caller().to_str())


@inspect_message
def inspect() -> void:
    if ic.method_name() == "note" and ic.arg_data_raw_size() < 30:
        ic.accept_message()


@query
def note(name: text) -> Opt[text]:
    return notes.get(name)


@update
def write(name: text, value: text) -> void:
    notes.insert(name, value)
