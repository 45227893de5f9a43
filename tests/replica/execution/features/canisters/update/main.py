"""An update keeps what it does; it may also be asked by query only if it is one."""

from kybra import StableBTreeMap, ic, query, text, update, void

MESSAGES = StableBTreeMap[text, text](memory_id=0, max_key_size=20, max_value_size=200)


@update
def say(message: text) -> void:
    MESSAGES.insert("current", message)


@update
def say_and_trap(message: text) -> void:
    MESSAGES.insert("current", message)
    ic.trap("forget it")


@query
def current() -> text:
    return MESSAGES.get("current") or ""
