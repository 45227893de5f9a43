"""Maps and raw stable memory in one canister: they would overwrite each other."""

from kybra import StableBTreeMap, blob, ic, nat64, text, update, void

STORE = StableBTreeMap[text, nat64](memory_id=0, max_key_size=20, max_value_size=20)


@update
def write(data: blob) -> void:
    ic.stable_write(0, data)  # refused: 30
