"""Functions of the platform by name."""

from kybra import Principal, ic

USES = {
    "arg_data_raw": lambda: ic.arg_data_raw(),
    "msg_cycles_available": lambda: ic.msg_cycles_available(),
    "msg_cycles_accept": lambda: ic.msg_cycles_accept(1),
    "msg_cycles_refunded": lambda: ic.msg_cycles_refunded(),
    "set_certified_data": lambda: ic.set_certified_data(b"x"),
    "data_certificate": lambda: ic.data_certificate(),
    "reject_code": lambda: ic.reject_code(),
    "reject_message": lambda: ic.reject_message(),
    "notify_raw": lambda: ic.notify_raw(Principal(b"\x01"), "a", b"", 0),
    "canister_balance": lambda: ic.canister_balance(),
    "time": lambda: ic.time(),
    "caller": lambda: ic.caller().to_str(),
    "id": lambda: ic.id().to_str(),
    "print": lambda: ic.print("hello", 1),
    "stable_size": lambda: ic.stable64_size(),
}


def use(name: str) -> object:
    return USES[name]()
