"""Tells the notifications canister whom to notify. Nobody waits for it: a lost notification is not worth a delay."""

from typing import Any

from kybra import Principal

from canisters.group import members, recipients, state
from canisters.group.model import notifications
from canisters.lib import c2c, env


def message(
    totals: dict[str, Any],
    sender: dict[str, Any],
    event: dict[str, Any],
    *,
    event_index: int,
    sender_name: str,
    also: list[bytes],
) -> None:
    """Notify every member who has not muted the group, and `also` those whom the message is about, of a message."""
    user_ids = _recipients(totals, sender, also)
    if not user_ids:
        return
    info = state.load_info()
    payload = notifications.group_message(
        chat_id=env.canister_id().to_str(),
        group_name=info["name"],
        sender=Principal(sender["u"]).to_str(),
        sender_name=sender_name,
        event=event,
        event_index=event_index,
    )
    _send(info, user_ids, payload)


def added(user_ids: list[bytes], *, added_by: bytes, added_by_name: str, now_ms: int) -> None:
    info = state.load_info()
    payload = notifications.added_to_group(
        chat_id=env.canister_id().to_str(),
        group_name=info["name"],
        added_by=Principal(added_by).to_str(),
        added_by_name=added_by_name,
        timestamp_ms=now_ms,
    )
    _send(info, user_ids, payload)


def _recipients(totals: dict[str, Any], sender: dict[str, Any], also: list[bytes]) -> list[bytes]:
    user_ids = recipients.everyone(totals)
    if "s" in sender:
        # Order means nothing here, so the last one may take the sender's place.
        user_ids[sender["s"]] = user_ids[-1]
        user_ids.pop()
    for user_id in also:
        member = members.find_by_user_id(user_id)
        if member is not None and "s" not in member and user_id != sender["u"]:
            user_ids.append(user_id)
    return user_ids


def _send(info: dict[str, Any], user_ids: list[bytes], payload: bytes) -> None:
    c2c.notify(info["notifications"], "c2c_push_notification", c2c.request(recipients=user_ids, payload=payload))
