"""Birth, and the filter in front of updates. There is nothing to do on an upgrade: all that lasts is in stable maps."""

from kybra import ic, init, inspect_message, void

from canisters.lib import env
from canisters.notifications import guards, state
from canisters.notifications.api import NotificationsInitArgs

_RELAY_METHODS = ("remove_notifications", "remove_subscriptions")


@init
def initialize(args: NotificationsInitArgs) -> void:
    state.save(
        b"I",
        {
            "user_index": args["user_index_canister_id"].bytes,
            "group_index": args["group_index_canister_id"].bytes,
            "relays": [principal.bytes for principal in args["push_service_principals"]],
        },
    )


@inspect_message
def inspect() -> void:
    method, caller = ic.method_name(), env.caller_bytes()
    if method in _RELAY_METHODS:
        is_welcome = guards.is_relay(caller)
    else:
        is_welcome = guards.is_somebody(caller) and not method.startswith("c2c_")
    if is_welcome:
        ic.accept_message()
