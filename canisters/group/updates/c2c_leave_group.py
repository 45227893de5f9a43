"""A user canister takes its owner out of the group. Only a member's own canister can: the caller is the user id.

{v, correlation_id} -> Success {} | OwnerCannotLeave | CallerNotInGroup
"""

from kybra import blob, update

from canisters.group import members, state
from canisters.group.model import permissions
from canisters.lib import c2c, env, fields
from canisters.lib.chat import stored


@update
def c2c_leave_group(payload: blob) -> blob:
    correlation_id = fields.nat64(c2c.decode(payload), "correlation_id", 0)
    member = members.find_by_user_id(env.caller_bytes())
    if member is None:
        return c2c.encode({"CallerNotInGroup": None})
    if not permissions.may_leave(member["r"]):
        return c2c.encode({"OwnerCannotLeave": None})

    totals = state.load_totals()
    now_ms = env.now_ms()
    members.remove(totals, member, now_ms)
    event = stored.other_event(
        "ParticipantLeft", {"user_id": member["u"]}, timestamp_ms=now_ms, correlation_id=correlation_id
    )
    state.append_event(totals, event)
    state.save_totals(totals)
    return c2c.encode({"Success": {}})
