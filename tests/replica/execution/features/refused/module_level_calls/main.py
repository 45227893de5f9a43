"""Code that runs when the module is loaded, which here happens once for all canisters."""

from kybra import StableBTreeMap, ic, nat64, query, text

STORE = StableBTreeMap[text, nat64](memory_id=0, max_key_size=20, max_value_size=20)

STORE.insert("counter", 0)  # refused: P1

if STORE.is_empty():  # refused: P1
    ic.print("empty")

for number in range(3):  # refused: P1
    ic.print(number)


@query
def counter() -> nat64:
    return STORE.get("counter")
