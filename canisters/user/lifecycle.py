"""Installation, upgrade, and which calls from outside are let in at all.

There is no `pre_upgrade`: everything that lasts is in stable maps already.
"""

from kybra import ic, init, inspect_message, post_upgrade, void

from canisters.lib import env
from canisters.user import jobs, state
from canisters.user.api import UserInitArgs
from canisters.user.dashboard import SITE

PUBLIC_METHODS = ("public_profile", "metrics", "wasm_status", "http_request")


@init
def initialize(args: UserInitArgs) -> void:
    state.save_profile(
        {
            "owner": args["owner"].bytes,
            "username": args["username"],
            "created": env.now_ms(),
            "user_index": args["user_index_canister_id"].bytes,
            "group_index": args["group_index_canister_id"].bytes,
            "notifications": args["notifications_canister_id"].bytes,
        }
    )
    state.save_totals(state.new_totals())
    ic.set_certified_data(SITE.root_hash)


@post_upgrade
def after_upgrade() -> void:
    # The embedded files may have changed with the code.
    ic.set_certified_data(SITE.root_hash)
    jobs.resume()


@inspect_message
def inspect() -> void:
    """Spares cycles; the guards of the methods are what keeps strangers out."""
    method = ic.method_name()
    if method in PUBLIC_METHODS or (not method.startswith("c2c_") and env.caller_bytes() == state.owner()):
        ic.accept_message()
