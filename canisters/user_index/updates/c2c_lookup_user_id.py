"""Which canister a person has. Request `{v, principal}`, reply `{"Success": {"user_id"}}` or `{"UserNotFound"}`.

Caller: the notifications canister, which people talk to under their own principals.
"""

from kybra import blob, update

from canisters.lib import c2c, env, fields
from canisters.user_index import state, users


@update
def c2c_lookup_user_id(payload: blob) -> blob:
    if env.caller_bytes() != state.load_settings()["notifications"]:
        raise c2c.C2cError("the caller is not the notifications canister")

    user = users.by_principal(fields.principal(c2c.decode(payload), "principal"))
    if user is None:
        return c2c.encode({"UserNotFound": None})
    return c2c.encode({"Success": {"user_id": user["id"]}})
