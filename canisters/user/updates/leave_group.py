"""Leave a group. If the group no longer knows me, the record here goes all the same."""

from kybra import Async, update

from canisters.lib import c2c
from canisters.user import memberships
from canisters.user.api import LeaveGroupArgs, LeaveGroupResult
from canisters.user.guards import caller_is_owner


@update(guard=caller_is_owner)
def leave_group(args: LeaveGroupArgs) -> Async[LeaveGroupResult]:
    group_id = args["chat_id"].bytes
    if not memberships.is_member(group_id):
        return {"CallerNotInGroup": None}

    answer = yield from c2c.call(group_id, "c2c_leave_group", c2c.request(correlation_id=args["correlation_id"]))

    if "Err" in answer:
        return {"InternalError": answer["Err"]}
    name, payload = c2c.case(answer["Ok"])
    if name in ("Success", "CallerNotInGroup"):
        memberships.remove(group_id)
        return {"Success": None} if name == "Success" else {"CallerNotInGroup": None}
    if name == "OwnerCannotLeave":
        return {"OwnerCannotLeave": None}
    return {"InternalError": payload if isinstance(payload, str) else f"the group answered {name}"}
