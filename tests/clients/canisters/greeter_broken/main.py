"""A version of the greeter that cannot be upgraded to: its `post_upgrade` changes the greeting and then traps."""

from kybra import StableBTreeMap, ic, post_upgrade, text, void

GREETINGS = StableBTreeMap[text, text](memory_id=0, max_key_size=16, max_value_size=100)


@post_upgrade
def post() -> void:
    GREETINGS.insert("greeting", "half done")
    ic.trap("this upgrade fails")
