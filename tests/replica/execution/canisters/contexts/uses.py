"""Functions of the platform by name; rules that look for them in methods do not look here."""

from kybra import Principal, Service, StableBTreeMap, ic, service_update, text, void

KEPT = StableBTreeMap[text, text](memory_id=1, max_key_size=40, max_value_size=40)
PEER = Principal(b"\x01")


class Peer(Service):
    @service_update
    def take(self, name: text) -> void: ...


def nothing() -> void:
    pass


USES = {
    "accept_message": lambda: ic.accept_message(),
    "arg_data_raw": lambda: ic.arg_data_raw(),
    "arg_data_raw_size": lambda: ic.arg_data_raw_size(),
    "caller": lambda: ic.caller().to_str(),
    "id": lambda: ic.id().to_str(),
    "candid_encode": lambda: ic.candid_encode("(1)"),
    "candid_decode": lambda: ic.candid_decode(b"DIDL\x00\x00"),
    "canister_balance": lambda: ic.canister_balance(),
    "canister_balance128": lambda: ic.canister_balance128(),
    "msg_cycles_available": lambda: ic.msg_cycles_available(),
    "msg_cycles_available128": lambda: ic.msg_cycles_available128(),
    "msg_cycles_accept": lambda: ic.msg_cycles_accept(1),
    "msg_cycles_accept128": lambda: ic.msg_cycles_accept128(1),
    "msg_cycles_refunded": lambda: ic.msg_cycles_refunded(),
    "msg_cycles_refunded128": lambda: ic.msg_cycles_refunded128(),
    "set_certified_data": lambda: ic.set_certified_data(b"x"),
    "data_certificate": lambda: ic.data_certificate(),
    "method_name": lambda: ic.method_name(),
    "reject_code": lambda: ic.reject_code(),
    "reject_message": lambda: ic.reject_message(),
    "reject": lambda: ic.reject("no"),
    "reply_raw": lambda: ic.reply_raw(b"DIDL\x01\x6d\x71\x01\x00\x00"),
    "print": lambda: ic.print("hello", 1),
    "time": lambda: ic.time(),
    "trap": lambda: ic.trap("as asked"),
    "performance_counter": lambda: ic.performance_counter(0) + ic.performance_counter(1),
    "notify_raw": lambda: ic.notify_raw(PEER, "take", b"", 0),
    "notify_raw with cycles": lambda: ic.notify_raw(PEER, "take", b"", 1),
    "notify": lambda: Peer(PEER).take("a").notify(),
    "notify with cycles": lambda: Peer(PEER).take("a").with_cycles(1).notify(),
    "set_timer": lambda: ic.set_timer(1, nothing),
    "set_timer_interval": lambda: ic.set_timer_interval(1, nothing),
    "clear_timer": lambda: ic.clear_timer(5),
    "stable_size": lambda: ic.stable_size(),
    "stable64_size": lambda: ic.stable64_size(),
    "stable_b_tree_map": lambda: (KEPT.insert("a", "b"), KEPT.get("a"), KEPT.items(), KEPT.len(), KEPT.remove("a")),
}


def use(name: str) -> object:
    return USES[name]()
