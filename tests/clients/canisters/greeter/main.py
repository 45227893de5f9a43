"""The canister that every client talks to: it keeps a greeting, says who asked, and fails on demand."""

from kybra import Manual, Principal, StableBTreeMap, ic, inspect_message, nat64, query, text, update, void

GREETINGS = StableBTreeMap[text, text](memory_id=0, max_key_size=16, max_value_size=100)


@update
def set_greeting(greeting: text) -> nat64:
    GREETINGS.insert("greeting", greeting)
    return len(greeting.encode())


@query
def greet(name: text) -> text:
    greeting = GREETINGS.get("greeting") or "Hello"
    return greeting + ", " + name + "!"


@query
def whoami() -> Principal:
    return ic.caller()


@update
def whoami_certified() -> Principal:
    return ic.caller()


@update
def trap(message: text) -> void:
    ic.trap(message)


@update
def refuse(message: text) -> Manual[void]:
    ic.reject(message)


@update
def unwelcome(message: text) -> void:
    ic.trap("nobody gets here: " + message)


@inspect_message
def inspect() -> void:
    if ic.method_name() != "unwelcome":
        ic.accept_message()
