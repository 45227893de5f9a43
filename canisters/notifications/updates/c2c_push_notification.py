"""A user or group canister has something to tell people. Queued if any of them has subscribed.

    {v, recipients: [user id], payload} -> Success {reached} | PayloadTooLarge 4096 | TooManyRecipients 100000

`reached` is how many of the recipients have subscribed.

Caller: a user canister, which may only notify its own owner, or a group; each is proved once at its index.
"""

from collections.abc import Generator
from typing import Any

from kybra import Async, blob, update

from canisters.lib import c2c, callers, env, fields
from canisters.notifications import queue, state, subscribers
from canisters.notifications.model.queue import PAYLOAD_BYTES_MAX, RECIPIENTS_MAX


@update
def c2c_push_notification(payload: blob) -> Async[blob]:
    request = c2c.decode(payload)
    notification = fields.blob(request, "payload")
    recipients = fields.items(request, "recipients")
    if len(notification) > PAYLOAD_BYTES_MAX:
        return c2c.encode({"PayloadTooLarge": PAYLOAD_BYTES_MAX})
    if len(recipients) > RECIPIENTS_MAX:
        return c2c.encode({"TooManyRecipients": RECIPIENTS_MAX})

    caller = env.caller_bytes()
    kind = yield from _prove(caller)
    if kind == callers.USER:
        recipients = [user_id for user_id in recipients if user_id == caller]

    reached = [user_id for user_id in dict.fromkeys(recipients) if subscribers.has_any(_checked(user_id))]
    if reached:
        queue.push(reached, notification)
    return c2c.encode({"Success": {"reached": len(reached)}})


def _prove(caller: bytes) -> Generator[Any, Any, bytes]:
    """What kind of canister the caller is; raises if it is none of ours. Drive it with `yield from`."""
    settings = state.load_settings()
    # Both are looked at before either index is asked, so that who is known costs no call.
    for kind in (callers.USER, callers.GROUP):
        if callers.is_known(state.INDEXES, kind, caller):
            return kind
    for kind, index in ((callers.USER, settings["user_index"]), (callers.GROUP, settings["group_index"])):
        proved = yield from callers.prove(state.INDEXES, kind, index, caller)
        if "Err" in proved:
            raise c2c.C2cError("the caller could not be looked up: " + proved["Err"])
        if proved["Ok"]:
            return kind
    raise c2c.C2cError("the caller is neither a user nor a group")


def _checked(user_id: Any) -> bytes:
    return fields.principal({"recipients": user_id}, "recipients")
