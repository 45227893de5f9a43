"""Principal: made from text, hex and keys; shown in three ways; compared by bytes."""

from kybra import Principal, Vec, blob, ic, query, text


@query
def echo(value: Principal) -> Principal:
    return value


@query
def many(values: Vec[Principal]) -> Vec[Principal]:
    return values


@query
def from_text(value: text) -> Principal:
    return Principal.from_str(value)


@query
def from_hex(value: text) -> Principal:
    return Principal.from_hex(value)


@query
def shown(value: Principal) -> Vec[text]:
    return [value.to_str(), str(value), value.hex, str(value.len), str(value.isPrincipal)]


@query
def raw(value: Principal) -> blob:
    return value.bytes


@query
def well_known() -> Vec[Principal]:
    return [Principal.anonymous(), Principal.management_canister()]


@query
def of_key(key: blob) -> Principal:
    return Principal.self_authenticating(key)


@query
def account_of(value: Principal) -> text:
    return value.to_account_id(0).to_str()


@query
def equality(value: Principal) -> Vec[bool]:
    """By identity, as in Kybra: every conversion makes a new object."""
    caller = ic.caller()
    again = ic.caller()
    return [caller.bytes == again.bytes, caller == again, value.to_str() == caller.to_str()]
