"""The rest of `ic`: who, where, when, and what was sent."""

from kybra import Opt, Principal, blob, ic, nat, nat32, nat64, query, text, update, void


@query
def caller() -> Principal:
    return ic.caller()


@query
def own_id() -> Principal:
    return ic.id()


@query
def time() -> nat64:
    return ic.time()


@update
def time_twice() -> bool:
    return ic.time() == ic.time()


@query
def arg_data_raw(value: blob, number: nat64) -> blob:
    return ic.arg_data_raw()


@query
def arg_data_raw_size(value: blob) -> nat32:
    return ic.arg_data_raw_size()


@query
def canister_balance() -> nat64:
    return ic.canister_balance()


@query
def canister_balance128() -> nat:
    return ic.canister_balance128()


@query
def data_certificate() -> Opt[blob]:
    return ic.data_certificate()


@update
def data_certificate_in_update() -> Opt[blob]:
    return ic.data_certificate()


@update
def set_certified_data(data: blob) -> void:
    ic.set_certified_data(data)


@query
def set_certified_data_in_query() -> void:
    ic.set_certified_data(b"")


@update
def print_it(value: text) -> void:
    ic.print("printed", value, 5, None)


@query
def stop() -> void:
    ic.trap("here")
