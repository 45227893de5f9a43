"""What changed after a time that this canister gave before. Cheap when nothing did: one record is read."""

from kybra import Principal, query

from canisters.user import state, summaries
from canisters.user.api import UpdatesArgs, UpdatesResult
from canisters.user.guards import caller_is_owner


@query(guard=caller_is_owner)
def updates(args: UpdatesArgs) -> UpdatesResult:
    since = args["updates_since"]
    updated = state.load_totals()["updated"]
    if updated <= since:
        return {"SuccessNoUpdates": updated}

    groups = summaries.changed_groups(since)
    has_blocked_changed = state.load_blocked()["updated"] > since
    return {
        "Success": {
            "timestamp": updated,
            "direct_chats_changed": summaries.direct_chats(since),
            "group_chats_changed": [summaries.group_summary(group) for group in groups if group["is_member"]],
            "chats_removed": [Principal(group["id"]) for group in groups if not group["is_member"]],
            "blocked_users": summaries.blocked_users() if has_blocked_changed else None,
        }
    }
