"""A user canister asks to be a member of this public group. The user index says who its owner is.

{v, correlation_id} -> Success {latest_message_index} | AlreadyInGroup | GroupNotPublic
                       | ParticipantLimitReached n | InternalError text
"""

from typing import Any

from kybra import Async, blob, update

from canisters.group import members, state
from canisters.group.model import permissions
from canisters.lib import c2c, callers, env, fields
from canisters.lib.chat import stored
from canisters.lib.chat.group_rules import PARTICIPANTS_MAX


@update
def c2c_join_group_v2(payload: blob) -> Async[blob]:
    correlation_id = fields.nat64(c2c.decode(payload), "correlation_id", 0)
    user_id = env.caller_bytes()
    refusal = _refusal(user_id)
    if refusal is not None:
        return c2c.encode(refusal)

    looked_up = yield from callers.look_up(callers.USER, state.load_info()["user_index"], user_id)
    if "Err" in looked_up:
        return c2c.encode({"InternalError": looked_up["Err"]})
    if looked_up["Ok"] is None:
        return c2c.encode({"InternalError": "the caller is not a user"})

    # Others came in while the index answered.
    refusal = _refusal(user_id)
    return c2c.encode(refusal or _join(user_id, looked_up["Ok"]["principal"], correlation_id))


def _refusal(user_id: bytes) -> dict[str, Any] | None:
    if members.is_member(user_id):
        return {"AlreadyInGroup": None}
    if not state.load_info()["is_public"]:
        return {"GroupNotPublic": None}
    if state.load_totals()["members"] >= PARTICIPANTS_MAX:
        return {"ParticipantLimitReached": PARTICIPANTS_MAX}
    return None


def _join(user_id: bytes, principal: bytes, correlation_id: int) -> dict[str, Any]:
    if members.is_principal_of_member(principal):
        return {"InternalError": "the principal is a member under another user id"}
    totals = state.load_totals()
    now_ms = env.now_ms()
    # Public groups can be busy: whoever joins one asks for its notifications, not the other way round.
    members.add(
        totals, user_id=user_id, principal=principal, role=permissions.PARTICIPANT, is_muted=True, now_ms=now_ms
    )
    event = stored.other_event(
        "ParticipantJoined", {"user_id": user_id}, timestamp_ms=now_ms, correlation_id=correlation_id
    )
    state.append_event(totals, event)
    state.save_totals(totals)
    # What was said before counts as read: whoever joins has not missed anything.
    return {"Success": {"latest_message_index": totals["messages"] - 1 if totals["messages"] else None}}
