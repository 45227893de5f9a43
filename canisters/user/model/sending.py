"""The form a message takes on its way to the other person's canister, and back again; pure rules.

An event of `c2c_push_events` is one of

    {"kind": "message", "message_id", "sender_name", "sender_message_index", "content", "read_up_to", "timestamp",
     and if not absent "replies_to", "forwarding", "correlation_id"}
    {"kind": "mark_read", "read_up_to"}

`read_up_to` is a message index in the numbering of the receiver. `replies_to` is `{"message_id"}` for a message of this
chat, because event indexes differ on the two sides, or `{"chat_id", "event_index"}` for one of another.
"""

from typing import Any, NamedTuple

from canisters.lib import fields
from canisters.lib.chat import content
from canisters.lib.chat.api import MessageContent


def message_item(
    *,
    message_id: int,
    sender_name: str,
    message_index: int,
    body: MessageContent,
    replies_to: dict[str, Any] | None,
    forwarded: bool,
    correlation_id: int,
    read_up_to: int | None,
    timestamp_ms: int,
) -> dict[str, Any]:
    item = {
        "kind": "message",
        "message_id": message_id,
        "sender_name": sender_name,
        "sender_message_index": message_index,
        "content": body,
        "read_up_to": read_up_to,
        "timestamp": timestamp_ms,
    }
    if replies_to is not None:
        item["replies_to"] = replies_to
    if forwarded:
        item["forwarding"] = True
    if correlation_id:
        item["correlation_id"] = correlation_id
    return item


def mark_read_item(read_up_to: int) -> dict[str, Any]:
    return {"kind": "mark_read", "read_up_to": read_up_to}


class ReceivedMessage(NamedTuple):
    message_id: int
    message_index: int
    body: MessageContent
    replies_to: dict[str, Any] | None
    forwarded: bool
    correlation_id: int
    read_up_to: int | None


def is_message(item: dict[str, Any]) -> bool:
    """Whether this is a message with content that this version knows."""
    return item.get("kind") == "message" and content.read(item.get("content")) is not None


def read_message(item: dict[str, Any]) -> ReceivedMessage | None:
    """A message from a peer, checked. None if it has content that this version does not know."""
    body = content.read(item.get("content")) if item.get("kind") == "message" else None
    if body is None:
        return None
    replies_to = item.get("replies_to")
    return ReceivedMessage(
        message_id=fields.nat64(item, "message_id"),
        message_index=fields.nat32(item, "sender_message_index"),
        body=body,
        replies_to=replies_to if isinstance(replies_to, dict) else None,
        forwarded=fields.flag(item, "forwarding", False),
        correlation_id=fields.nat64(item, "correlation_id", 0),
        read_up_to=fields.nat32_or_none(item, "read_up_to"),
    )
