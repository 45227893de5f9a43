"""Whether a canister is one of our groups.

    {v, group_id} -> Success {is_public} | GroupNotFound

Caller: the user index, the notifications canister, or a user canister, which is proved once at the user index.
"""

from kybra import Async, blob, update

from canisters.group_index import groups, state
from canisters.lib import c2c, callers, env, fields


@update
def c2c_lookup_group(payload: blob) -> Async[blob]:
    group_id = fields.principal(c2c.decode(payload), "group_id")
    caller = env.caller_bytes()
    settings = state.load_settings()
    if caller not in (settings["user_index"], settings["notifications"]):
        proved = yield from callers.prove(state.INDEXES, callers.USER, settings["user_index"], caller)
        if not proved.get("Ok"):
            raise c2c.C2cError("the caller is not a user: " + proved.get("Err", "the user index does not know it"))

    kind = groups.find(group_id)
    if kind is None:
        return c2c.encode({"GroupNotFound": None})
    return c2c.encode({"Success": {"is_public": kind == groups.PUBLIC}})
