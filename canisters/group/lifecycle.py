"""Birth, upgrade, and the filter in front of updates."""

from kybra import ic, init, inspect_message, post_upgrade, void

from canisters.group import access, additions, jobs, members, state
from canisters.group.api import GroupInitArgs
from canisters.group.model import permissions
from canisters.lib import env
from canisters.lib.chat import stored


@init
def initialize(args: GroupInitArgs) -> void:
    now_ms = env.now_ms()
    creator = args["created_by_user_id"].bytes
    state.save_info(
        {
            "name": args["name"],
            "description": args["description"],
            "is_public": args["is_public"],
            # Anyone may read a public group before joining, so hiding its history would hide nothing.
            "history": args["history_visible_to_new_joiners"] or args["is_public"],
            "created": now_ms,
            "user_index": args["user_index_canister_id"].bytes,
            "group_index": args["group_index_canister_id"].bytes,
            "notifications": args["notifications_canister_id"].bytes,
        }
    )
    totals = state.new_totals()
    created = {"name": args["name"], "description": args["description"], "created_by": creator}
    state.append_event(totals, stored.other_event("GroupChatCreated", created, timestamp_ms=now_ms))
    members.add(
        totals,
        user_id=creator,
        principal=args["created_by_principal"].bytes,
        role=permissions.OWNER,
        is_muted=False,
        now_ms=now_ms,
    )
    state.save_totals(totals)


@post_upgrade
def after_upgrade() -> void:
    if additions.is_any_open():
        jobs.watch_additions()


@inspect_message
def inspect() -> void:
    # Other canisters are not ingress; and strangers need not cost us an execution to be refused.
    if not ic.method_name().startswith("c2c_") and access.caller() is not None:
        ic.accept_message()
