"""What a process that only reads can and cannot answer: plain reading, writing that is forgotten, a certificate."""

from kybra import Opt, StableBTreeMap, Vec, blob, ic, inspect_message, nat64, query, text, update, void

guests = StableBTreeMap[nat64, text](memory_id=0, max_key_size=15, max_value_size=100)


@update
def sign(name: text) -> nat64:
    number = guests.len()
    guests.insert(number, name)
    ic.set_certified_data(name.encode()[:32])
    return number


@query
def names() -> Vec[text]:
    return guests.values()


@query
def names_with_a_ghost() -> Vec[text]:
    try:
        guests.insert(guests.len(), "ghost")
    except Exception:
        ic.trap("writing in a query is allowed, it is only forgotten")
    return guests.values()


@query
def certificate() -> Opt[blob]:
    return ic.data_certificate()


@inspect_message
def inspect_message() -> void:
    if ic.method_name() == "sign" and b"mallory" not in ic.arg_data_raw():
        ic.accept_message()
