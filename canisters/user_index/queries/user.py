"""One person, by the id of their canister or by name; the id wins if both are given."""

from kybra import query

from canisters.user_index import users
from canisters.user_index.api import UserArgs, UserResult
from canisters.user_index.guards import caller_is_registered


@query(guard=caller_is_registered)
def user(args: UserArgs) -> UserResult:
    if args["user_id"] is not None:
        found = users.by_canister(args["user_id"].bytes)
    elif args["username"] is not None:
        found = users.by_name(args["username"])
    else:
        found = None
    return {"UserNotFound": None} if found is None else {"Success": users.summary(found)}
