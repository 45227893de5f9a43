"""The people with these ids who changed since a time that this canister gave before; unknown ids are left out."""

from kybra import query

from canisters.user_index import state
from canisters.user_index import users as registry
from canisters.user_index.api import UsersArgs, UsersResult
from canisters.user_index.guards import caller_is_registered


@query(guard=caller_is_registered)
def users(args: UsersArgs) -> UsersResult:
    summaries = []
    for group in args["user_groups"]:
        found = [registry.by_canister(user_id.bytes) for user_id in group["users"]]
        summaries += [
            registry.summary(user) for user in found if user is not None and user["updated"] > group["updated_since"]
        ]
    return {"Success": {"users": summaries, "timestamp": state.load_totals()["updated"]}}
