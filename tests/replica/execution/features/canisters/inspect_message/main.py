"""inspect_message: what is let in before it costs anything."""

from kybra import Opt, StableBTreeMap, Vec, ic, inspect_message, query, text, update, void

INSPECTED = StableBTreeMap[text, text](memory_id=0, max_key_size=40, max_value_size=200)


@inspect_message
def inspect() -> void:
    INSPECTED.insert("seen", "changes are dropped")
    name = ic.method_name()
    if name == "fatal":
        ic.trap("Method not accessible")
    if name in ("accessible", "accepted_twice"):
        ic.accept_message()
    if name == "accepted_twice":
        ic.accept_message()
    if name == "only_for_named" and ic.caller().to_str() != "2vxsx-fae":
        ic.accept_message()
    if name == "short" and ic.arg_data_raw_size() < 20:
        ic.accept_message()


@update
def accessible() -> bool:
    return True


@update
def inaccessible() -> bool:
    return True


@update
def only_for_named() -> bool:
    return True


@update
def short(value: text) -> text:
    return value


@update
def fatal() -> bool:
    return True


@update
def accepted_twice() -> bool:
    return True


@query
def seen() -> Opt[text]:
    return INSPECTED.get("seen")


@query
def all_seen() -> Vec[text]:
    return INSPECTED.keys()
