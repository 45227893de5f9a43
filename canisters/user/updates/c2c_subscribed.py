"""A browser of mine listens for notifications now, so messages are pushed from here on.

Request `{v}`, reply `{"Success": {}}`. Caller: the notifications canister.
"""

from kybra import blob, update

from canisters.lib import c2c, env
from canisters.user import notify, state


@update
def c2c_subscribed(payload: blob) -> blob:
    c2c.decode(payload)
    if env.caller_bytes() != state.load_profile()["notifications"]:
        raise c2c.C2cError("the caller is not the notifications canister")

    notify.note_subscribed()
    return c2c.encode({"Success": {}})
