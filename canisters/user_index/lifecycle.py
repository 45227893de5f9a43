"""Installation, upgrade, and which calls from outside are let in at all."""

from kybra import ic, init, inspect_message, post_upgrade, void

from canisters.lib import env
from canisters.user_index import jobs, state
from canisters.user_index.api import UserIndexInitArgs


@init
def initialize(args: UserIndexInitArgs) -> void:
    state.save_settings(
        {
            "group_index": args["group_index_canister_id"].bytes,
            "notifications": args["notifications_canister_id"].bytes,
            "pool_target": args["pool_target"],
            "user_limit": args["user_limit"],
        }
    )
    jobs.refill_pool()


@post_upgrade
def after_upgrade() -> void:
    jobs.resume()


@inspect_message
def inspect() -> void:
    """Spares cycles; guards and checks in the methods are what keeps strangers out."""
    if not ic.method_name().startswith("c2c_") and env.caller_bytes() != env.ANONYMOUS:
        ic.accept_message()
