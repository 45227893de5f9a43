"""Birth, upgrade, and the filter in front of updates."""

from kybra import ic, init, inspect_message, post_upgrade, void

from canisters.group_index import jobs, state
from canisters.group_index.api import GroupIndexInitArgs
from canisters.lib import env


@init
def initialize(args: GroupIndexInitArgs) -> void:
    state.save_settings(
        {
            "user_index": args["user_index_canister_id"].bytes,
            "notifications": args["notifications_canister_id"].bytes,
            "pool": args["pool_target"],
        }
    )
    jobs.refill_pool()


@post_upgrade
def after_upgrade() -> void:
    jobs.resume()


@inspect_message
def inspect() -> void:
    # Whether the caller is a controller takes a call to find out; the method itself asks.
    if ic.method_name() == "upgrade_group_canister_wasm" and env.caller_bytes() != env.ANONYMOUS:
        ic.accept_message()
