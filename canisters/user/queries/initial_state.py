"""Everything the list of chats shows, for a client that knows nothing yet."""

from kybra import query

from canisters.user import state, summaries
from canisters.user.api import InitialStateResult
from canisters.user.guards import caller_is_owner


@query(guard=caller_is_owner)
def initial_state() -> InitialStateResult:
    groups = [group for group in summaries.changed_groups(since=0) if group["is_member"]]
    return {
        "Success": {
            "timestamp": state.load_totals()["updated"],
            "direct_chats": summaries.direct_chats(since=0),
            "group_chats": [summaries.group_summary(group) for group in groups],
            "blocked_users": summaries.blocked_users(),
        }
    }
