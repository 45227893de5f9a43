"""Answers the calls of `calls`."""

from kybra import StableBTreeMap, ic, nat, nat64, query, text, update, void

seen = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=100)


@update
def greet(name: text, times: nat) -> text:
    if name == "nobody":
        ic.trap("nobody to greet")
    accepted = ic.msg_cycles_accept(4)
    seen.insert(seen.len(), name)
    return "hello " * times + name + (f" for {accepted}" if accepted else "")


@query
def count() -> nat:
    return seen.len()


@update
def ping() -> void:
    pass
