"""Who the owner of a user canister is. Request `{v, user_id}`, reply `{"Success": {...}}` or `{"UserNotFound"}`.

Caller: a user canister, a group, the group index or notifications. OpenChat answers anyone, which lets a stranger
connect canisters with sign-in principals.
"""

from kybra import Async, blob, update

from canisters.lib import c2c, fields
from canisters.user_index import callers, users


@update
def c2c_lookup_principal(payload: blob) -> Async[blob]:
    user_id = fields.principal(c2c.decode(payload), "user_id")
    yield from callers.prove_ours()

    user = users.by_canister(user_id)
    if user is None:
        return c2c.encode({"UserNotFound": None})
    found = {"principal": user["principal"], "username": user["name"], "is_bot": False}
    return c2c.encode({"Success": found})
