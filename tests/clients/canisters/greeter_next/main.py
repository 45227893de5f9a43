"""The next version of the greeter, for upgrades: it greets in another way and says which version it is."""

from kybra import StableBTreeMap, query, text

GREETINGS = StableBTreeMap[text, text](memory_id=0, max_key_size=16, max_value_size=100)


@query
def greet(name: text) -> text:
    return (GREETINGS.get("greeting") or "Hello") + " again, " + name + "!"


@query
def version() -> text:
    return "next"
