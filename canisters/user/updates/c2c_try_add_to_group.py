"""A group takes me in because one of its members added me; refused if I blocked that member.

Request `{v, added_by, latest_message_index}`, reply `{"Success": {"principal"}}`, `{"AlreadyInGroup": {"principal"}}`
or `{"Blocked"}`. Caller: a group, proved at the group index. Without the proof any canister could put itself into my
list of groups and learn my principal.
"""

from kybra import Async, blob, update

from canisters.lib import c2c, callers, env, fields
from canisters.user import memberships, peers, state


@update
def c2c_try_add_to_group(payload: blob) -> Async[blob]:
    group_id = env.caller_bytes()
    request = c2c.decode(payload)
    added_by = fields.principal(request, "added_by")
    latest_message_index = fields.nat32_or_none(request, "latest_message_index")

    proved = yield from callers.prove(state.INDEXES, callers.GROUP, state.load_profile()["group_index"], group_id)
    if not proved.get("Ok"):
        raise c2c.C2cError("the caller is not a group: " + proved.get("Err", "the group index does not know it"))

    if peers.get(added_by).is_blocked:
        return c2c.encode({"Blocked": None})
    answer = {"principal": state.owner()}
    if memberships.is_member(group_id):
        return c2c.encode({"AlreadyInGroup": answer})
    memberships.add(group_id, latest_message_index)
    return c2c.encode({"Success": answer})
